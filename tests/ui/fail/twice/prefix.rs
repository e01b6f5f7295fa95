// The option is given twice.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "a_", prefix = "b_")]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

fn main() {}
