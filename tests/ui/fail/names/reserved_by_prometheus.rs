// Prometheus adds this series to each target.
use goldsignal::{Gauge, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    up: Gauge,
}

fn main() {}
