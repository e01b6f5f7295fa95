// A handler can be mounted only once.
use goldsignal::{observed, routes};

#[observed(get = "/")]
async fn root() {}

fn main() {
    let _: axum::Router = routes![root, root];
}
