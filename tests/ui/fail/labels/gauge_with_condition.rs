// A gauge is not counted.
use goldsignal::{Counter, Gauge, Histogram, Metrics, business_counter};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
    /// Open orders.
    open_orders: Gauge,
    /// Waiting.
    wait_seconds: Histogram,
}

#[business_counter(Shop::open_orders, if = count > 1)]
fn buy(count: u64) {}

fn main() {}
