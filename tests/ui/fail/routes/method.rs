// A method has no route.
use goldsignal::{observed, routes};

#[observed(get = "/orders")]
async fn handler() {}

struct S;

impl S {
    async fn list() {}
}

fn main() {
    let _: axum::Router = routes![S::list];
}
