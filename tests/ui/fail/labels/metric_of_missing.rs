// The struct does not exist.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter<ByPlan>,
}

fn main() {}
