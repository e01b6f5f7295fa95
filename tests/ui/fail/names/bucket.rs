// The exposition format adds `_bucket` itself.
use goldsignal::{Gauge, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_bucket: Gauge,
}

fn main() {}
