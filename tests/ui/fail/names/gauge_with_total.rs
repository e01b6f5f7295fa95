// `_total` says that a number only rises.
use goldsignal::{Gauge, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    open_orders_total: Gauge,
}

fn main() {}
