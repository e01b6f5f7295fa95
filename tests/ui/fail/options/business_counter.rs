// The option does not exist.
use goldsignal::{Counter, Gauge, Metrics, business_counter};

/// Metrics of these cases.
#[derive(Metrics)]
struct M {
    /// Done.
    done_total: Counter,
    /// The level.
    level: Gauge,
}

#[business_counter(M::done_total, when = true)]
fn f() {}

fn main() {}
