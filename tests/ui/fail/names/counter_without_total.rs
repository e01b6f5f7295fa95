// The name of a counter ends in `_total`.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders: Counter,
}

fn main() {}
