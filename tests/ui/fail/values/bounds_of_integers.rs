// Bounds are floats, and the constant is reported once.
use goldsignal::{Histogram, Metrics};

const BOUNDS: [u32; 2] = [1, 2];

#[derive(Metrics)]
struct Shop {
    /// How long orders wait.
    #[metric(buckets = BOUNDS)]
    wait_seconds: Histogram,
}

fn main() {}
