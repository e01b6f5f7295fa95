// The budget of a label belongs to the set of labels.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[label(budget = 5)]
    orders_total: Counter,
}

fn main() {}
