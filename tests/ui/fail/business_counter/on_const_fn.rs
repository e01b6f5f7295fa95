// A `const fn` may run in the compiler.
use goldsignal::{Counter, Gauge, Metrics, business_counter};

/// Metrics of these cases.
#[derive(Metrics)]
struct M {
    /// Done.
    done_total: Counter,
    /// The level.
    level: Gauge,
}

#[business_counter(M::done_total)]
const fn f() {}

fn main() {}
