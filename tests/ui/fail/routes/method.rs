// A method has no route.
// internal names: the compiler names the trait that is not implemented.
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
