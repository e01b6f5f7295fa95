// The amount takes a list that the body uses, too.
use goldsignal::{Counter, Metrics, business_counter};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders placed.
    orders_placed_total: Counter,
}

#[business_counter(Shop::orders_placed_total, by = items.into_iter().count())]
fn work(items: Vec<u32>) -> usize { items.len() }

fn main() {}
