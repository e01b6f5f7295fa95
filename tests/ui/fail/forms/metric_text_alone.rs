// Text alone is no option.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric("orders_total")]
    orders_total: Counter,
}

fn main() {}
