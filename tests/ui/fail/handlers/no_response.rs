// A struct is no response.
use goldsignal::{observed, routes};

struct Order;

#[observed(get = "/orders")]
async fn handler() -> Order {
    Order
}

fn main() {
    let _: axum::Router = routes![handler];
}
