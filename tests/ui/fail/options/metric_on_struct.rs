// On the struct it is `#[metrics(..)]`.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
#[metric(prefix = "shop_")]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

fn main() {}
