// The name of a handler is misspelt.
use goldsignal::{observed, routes};

#[observed(get = "/orders")]
async fn handler() {}

fn main() {
    let _: axum::Router = routes![handlr];
}
