// The name is an option of its own.
use goldsignal::{Counter, Metrics};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric["orders_total"]]
    orders_total: Counter,
}

fn main() {}
