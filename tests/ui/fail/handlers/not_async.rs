// A handler is an `async fn`.
use goldsignal::{observed, routes};

#[observed(get = "/orders")]
fn handler() -> &'static str {
    ""
}

fn main() {
    let _: axum::Router = routes![handler];
}
