// A struct is no response.
// internal names: the compiler names the trait that is not implemented.
use goldsignal::{observed, routes};

struct Order;

#[observed(get = "/orders")]
async fn handler() -> Order {
    Order
}

fn main() {
    let _: axum::Router = routes![handler];
}
