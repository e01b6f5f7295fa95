// The same counter counts a call twice.
use goldsignal::{Counter, Metrics, business_counter};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

#[business_counter(Shop::orders_total)]
#[business_counter(Shop::orders_total)]
fn buy() {}

fn main() {}
