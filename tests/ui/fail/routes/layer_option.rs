// A layer as an option of `routes![]`.
use goldsignal::{observed, routes};

#[observed(get = "/a")]
async fn work() -> String { String::new() }
fn app() -> axum::Router { routes![layer = 3; work] }

fn main() {}
