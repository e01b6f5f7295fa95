// A `bool` alone is no set of labels.
use goldsignal::{Counter, Metrics};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    
    orders_total: Counter<bool>,
}

fn main() {}
