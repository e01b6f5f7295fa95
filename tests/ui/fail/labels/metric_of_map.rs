// A map is no metric.
use goldsignal::{Counter, Metrics};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    
    orders_total: std::collections::HashMap<String, Counter>,
}

fn main() {}
