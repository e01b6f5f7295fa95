// A name does not begin with a digit.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "2nd_")]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

fn main() {}
