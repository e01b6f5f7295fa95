// `by` is evaluated before the body runs, when there is no result.
use goldsignal::{Counter, Gauge, Metrics, business_counter};

/// Metrics of these cases.
#[derive(Metrics)]
struct M {
    /// Done.
    done_total: Counter,
    /// The level.
    level: Gauge,
}

#[business_counter(M::done_total, by = result.len())]
fn f() -> Vec<u8> {
    vec![]
}

fn main() {}
