// A handler mounted twice.
use goldsignal::{observed, routes};

#[observed(get = "/")]
async fn root() {}

fn main() {
    let _: axum::Router = routes![root, root];
}
