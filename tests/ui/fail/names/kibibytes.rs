// A size is counted in bytes.
use goldsignal::{Gauge, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "shop_")]
struct Shop {
    /// Orders.
    cache_kib: Gauge,
}

fn main() {}
