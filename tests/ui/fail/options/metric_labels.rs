// Labels are the parameter of the type.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(labels = ["plan"])]
    orders_total: Counter,
}

fn main() {}
