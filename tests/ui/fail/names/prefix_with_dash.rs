// A prefix is part of a metric name.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "web-shop_")]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

fn main() {}
