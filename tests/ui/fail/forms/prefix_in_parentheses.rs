// `prefix` takes text after `=`.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(prefix("shop_"))]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

fn main() {}
