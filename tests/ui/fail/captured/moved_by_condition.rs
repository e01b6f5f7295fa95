// A condition passes an argument on that the body uses, too.
use goldsignal::{Counter, Metrics, business_counter};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders placed.
    orders_placed_total: Counter,
}

#[business_counter(Shop::orders_placed_total, if = take(order))]
fn work(order: String) -> usize { order.len() }
fn take(s: String) -> bool { s.is_empty() }

fn main() {}
