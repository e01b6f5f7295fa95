// A function without the attribute has no route.
use goldsignal::{observed, routes};

#[observed(get = "/orders")]
async fn handler() {}

async fn plain() {}

fn main() {
    let _: axum::Router = routes![handler, plain];
}
