// Bounds are `buckets`.
use goldsignal::{Histogram, Metrics};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(boundaries = [0.1, 0.5])]
    wait_seconds: Histogram,
}

fn main() {}
