// A bound is a number of seconds: a unit behind it would change nothing.
use goldsignal::{Histogram, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(buckets = [0.1, 1s])]
    wait_seconds: Histogram,
}

fn main() {}
