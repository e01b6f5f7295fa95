// Metric names are in snake_case.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(name = "ordersShipped_total")]
    orders_total: Counter,
}

fn main() {}
