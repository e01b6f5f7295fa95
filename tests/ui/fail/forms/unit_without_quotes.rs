// `unit` takes text.
use goldsignal::{Histogram, Metrics};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(unit = seconds)]
    wait_seconds: Histogram,
}

fn main() {}
