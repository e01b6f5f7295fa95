// The prefix is `under`.
use goldsignal::{observed, routes};

#[observed(get = "/orders")]
async fn handler() {}

fn main() {
    let _: axum::Router = routes![prefix = "/api"; handler];
}
