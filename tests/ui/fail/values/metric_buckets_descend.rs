// Bounds ascend.
use goldsignal::{Histogram, Metrics};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(buckets = [0.5, 0.1])]
    wait_seconds: Histogram,
}

fn main() {}
