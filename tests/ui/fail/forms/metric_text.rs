// Metric text.
use goldsignal::{Counter, Metrics};

/// M.
#[derive(Metrics)]
struct M {
    #[metric("Orders.")]
    orders_total: Counter,
}

fn main() {}
