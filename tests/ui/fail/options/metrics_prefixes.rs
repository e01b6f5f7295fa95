// A near name is suggested.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(prefixes = "shop_")]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

fn main() {}
