// Prometheus measures time in seconds.
use goldsignal::{Histogram, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    wait_ms: Histogram,
}

fn main() {}
