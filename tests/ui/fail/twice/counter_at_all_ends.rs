// Each success would be counted twice.
use goldsignal::{Counter, Metrics, business_counter};

/// Metrics.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

#[business_counter(Shop::orders_total)]
#[business_counter(Shop::orders_total, on = always)]
fn f() {}

fn main() {}
