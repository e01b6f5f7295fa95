// A handler is named, not called.
use goldsignal::{observed, routes};

#[observed(get = "/orders")]
async fn handler() {}

fn main() {
    let _: axum::Router = routes![handler()];
}
