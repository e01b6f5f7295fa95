// Bounds are constants.
use goldsignal::{Histogram, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(buckets = prometheus::exponential_buckets(0.1, 2.0, 5))]
    wait_seconds: Histogram,
}

fn main() {}
