// Labels are given once, as one struct.
use goldsignal::{Counter, Gauge, Metrics, business_counter};

/// Metrics of these cases.
#[derive(Metrics)]
struct M {
    /// Done.
    done_total: Counter,
    /// The level.
    level: Gauge,
}

#[business_counter(M::done_total, first, second)]
fn f(first: bool, second: bool) {}

fn main() {}
