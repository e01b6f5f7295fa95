// The exposition format adds `_sum`.
use goldsignal::{Gauge, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "shop_")]
struct Shop {
    /// Orders.
    orders_sum: Gauge,
}

fn main() {}
