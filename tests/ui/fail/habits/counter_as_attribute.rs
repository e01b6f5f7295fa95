// Options of a metric under the name of its kind, as in crates whose attributes say the kind.
use goldsignal::{Counter, Metrics};

/// Orders.
#[derive(Metrics)]
struct Shop {
    /// Orders placed.
    #[counter(name = "orders_total")]
    orders: Counter,
}

fn main() {}
