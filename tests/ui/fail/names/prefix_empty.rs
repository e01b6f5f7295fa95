// An empty prefix is none.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "")]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

fn main() {}
