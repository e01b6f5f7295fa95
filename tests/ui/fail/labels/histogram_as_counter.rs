// A histogram cannot be used as a counter.
use goldsignal::{Histogram, Metrics, business_counter};

#[derive(Metrics)]
struct Shop {
    /// Waiting.
    wait_seconds: Histogram,
}

#[business_counter(Shop::wait_seconds)]
fn buy() {}

fn main() {}
