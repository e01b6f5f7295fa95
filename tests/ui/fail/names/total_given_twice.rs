// The suffix is given once.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "shop_")]
struct Shop {
    /// Orders.
    orders_total_total: Counter,
}

fn main() {}
