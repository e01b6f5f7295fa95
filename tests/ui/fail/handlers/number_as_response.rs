// A number is no response.
use goldsignal::{observed, routes};

#[observed(get = "/orders")]
async fn handler() -> u64 {
    1
}

fn main() {
    let _: axum::Router = routes![handler];
}
