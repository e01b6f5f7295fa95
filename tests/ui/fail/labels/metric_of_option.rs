// An option is no metric.
use goldsignal::{Counter, Metrics};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    
    orders_total: Option<Counter>,
}

fn main() {}
