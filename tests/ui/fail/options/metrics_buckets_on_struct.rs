// Field's option on the struct.
use goldsignal::{Histogram, Metrics};

/// M.
#[derive(Metrics)]
#[metrics(buckets = [1.0])]
struct M {
    /// Waits.
    wait_seconds: Histogram,
}

fn main() {}
