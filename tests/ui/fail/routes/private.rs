// The handler is private to its module.
use goldsignal::{observed, routes};

#[observed(get = "/orders")]
async fn handler() {}

mod shop {
    #[goldsignal::observed(get = "/shop")]
    async fn list() {}
}

fn main() {
    let _: axum::Router = routes![shop::list];
}
