// The struct has no metrics without the derive.
use goldsignal::{Counter, business_counter};

struct Shop {
    orders_total: Counter,
}

#[business_counter(Shop::orders_total)]
fn buy() {}

fn main() {}
