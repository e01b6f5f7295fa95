// A counter is the field of a struct.
use goldsignal::{Counter, Metrics, business_counter};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

#[business_counter("orders_total")]
fn buy(count: u64, gift: bool) {
    _ = (count, gift);
}

fn main() {}
