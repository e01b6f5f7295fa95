// A field that does not exist.
use goldsignal::{Counter, Gauge, Metrics, business_counter};

/// Metrics of these cases.
#[derive(Metrics)]
struct M {
    /// Done.
    done_total: Counter,
    /// The level.
    level: Gauge,
}

#[business_counter(M::gone_total)]
fn f() {}

fn main() {}
