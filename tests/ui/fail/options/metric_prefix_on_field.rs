// Struct's option on a field.
use goldsignal::{Counter, Metrics};

/// M.
#[derive(Metrics)]
struct M {
    /// Orders.
    #[metric(prefix = "shop_")]
    orders_total: Counter,
}

fn main() {}
