// Labels are a struct.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter<&'static str>,
}

fn main() {}
