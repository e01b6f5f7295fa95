// Prometheus measures sizes in bytes.
use goldsignal::{Gauge, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    cache_kilobytes: Gauge,
}

fn main() {}
