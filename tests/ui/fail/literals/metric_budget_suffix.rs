// A budget of `1M` would be one of 1.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(budget = 1M)]
    orders_total: Counter,
}

fn main() {}
