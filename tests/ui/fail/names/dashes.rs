// A metric name has no dashes.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(name = "orders-shipped_total")]
    orders_total: Counter,
}

fn main() {}
