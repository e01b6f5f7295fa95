// A prefix is given to the struct.
use goldsignal::{Counter, Metrics};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(namespace = "shop")]
    orders_total: Counter,
}

fn main() {}
