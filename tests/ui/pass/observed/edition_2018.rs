// In an edition before `TryFrom` was in the prelude.
// edition: 2018
use goldsignal::{Counter, Metrics, observed};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

#[goldsignal::business_counter(Shop::orders_total, by = count)]
#[observed(level = debug, fields(count))]
fn buy(count: u32) -> u32 {
    count
}

fn main() {
    assert_eq!(buy(2), 2);
    assert_eq!(Shop::get().orders_total.get(), 2);
}
