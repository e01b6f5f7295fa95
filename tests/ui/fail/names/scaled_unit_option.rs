// A unit is a base unit.
use goldsignal::{Histogram, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "shop_")]
struct Shop {
    /// Orders.
    #[metric(unit = "ms", buckets = [1, 10])]
    wait_ms: Histogram,
}

fn main() {}
