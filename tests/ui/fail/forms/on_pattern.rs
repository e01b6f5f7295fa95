// A pattern in place of the word.
use goldsignal::{Counter, Metrics, business_counter};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders placed.
    orders_placed_total: Counter,
}

#[business_counter(Shop::orders_placed_total, on = Ok(_))]
fn work() -> Result<(), String> { Ok(()) }

fn main() {}
