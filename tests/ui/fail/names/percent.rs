// Prometheus writes shares as ratios.
use goldsignal::{Gauge, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    load_percent: Gauge,
}

fn main() {}
