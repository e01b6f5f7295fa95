// A counter counts the calls of one function.
use goldsignal::{Counter, Metrics, business_counter};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

#[business_counter(Shop::orders_total)]
mod shop {
    fn buy() {}
}

fn main() {}
