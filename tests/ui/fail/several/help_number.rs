// Not text.
use goldsignal::{Counter, Metrics};

/// M.
#[derive(Metrics)]
struct M {
    #[metric(help = 3)]
    orders_total: Counter,
}

fn main() {}
