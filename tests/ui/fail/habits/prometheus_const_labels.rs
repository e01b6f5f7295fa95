// Labels are in the type.
use goldsignal::{Counter, Metrics};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(const_labels = ["a"])]
    orders_total: Counter,
}

fn main() {}
