// A set of metrics is one set.
use goldsignal::{Counter, Labels, Metrics};

#[derive(Metrics)]
struct Shop<L: Labels> {
    /// Orders.
    orders_total: Counter<L>,
}

fn main() {}
