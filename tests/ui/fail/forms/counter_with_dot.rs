// A counter is written with `::`.
use goldsignal::{Counter, Metrics, business_counter};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

#[business_counter(Shop.orders_total)]
fn buy(count: u64, gift: bool) {
    _ = (count, gift);
}

fn main() {}
