// The prefix and the name together are those of a family of goldsignal.
use goldsignal::{Histogram, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "function_")]
struct Shop {
    /// Orders.
    duration_seconds: Histogram,
}

fn main() {}
