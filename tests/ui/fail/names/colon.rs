// Colons are for recording rules.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(name = "shop:orders_total")]
    orders_total: Counter,
}

fn main() {}
