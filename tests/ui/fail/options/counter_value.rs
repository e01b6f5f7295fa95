// The amount is `by = ..`.
use goldsignal::{Counter, Metrics, business_counter};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

#[business_counter(Shop::orders_total, value = count)]
fn buy(count: u64, gift: bool) {
    _ = (count, gift);
}

fn main() {}
