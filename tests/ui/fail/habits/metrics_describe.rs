// The help is a doc comment or `help`.
use goldsignal::{Counter, Metrics};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(describe = "Orders.")]
    orders_total: Counter,
}

fn main() {}
