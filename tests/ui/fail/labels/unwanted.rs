// The counter has no labels, but the attribute gives some.
use goldsignal::{Counter, Gauge, Metrics, business_counter};

/// Metrics of these cases.
#[derive(Metrics)]
struct M {
    /// Done.
    done_total: Counter,
    /// The level.
    level: Gauge,
}

#[business_counter(M::done_total, 1u8)]
fn f() {}

fn main() {}
