// A vector of counters is no metric.
use goldsignal::{Counter, Metrics};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    
    orders_total: Vec<Counter>,
}

fn main() {}
