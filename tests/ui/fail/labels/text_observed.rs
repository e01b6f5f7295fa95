// A histogram observes text.
// internal names: `Number` is the trait of what is a number, and `Duration` is a number of seconds.
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
