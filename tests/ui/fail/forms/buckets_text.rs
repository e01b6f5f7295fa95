// `buckets` takes a list.
use goldsignal::{Histogram, Metrics};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(buckets = "0.1,0.5")]
    wait_seconds: Histogram,
}

fn main() {}
