// A histogram observes text.
use goldsignal::{Histogram, Metrics};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// How long a job waited.
    wait_seconds: Histogram,
}

fn work() {
    Shop::get().wait_seconds.observe("0.2");
}

fn main() {}
