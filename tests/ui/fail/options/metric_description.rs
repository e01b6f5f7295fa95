// The text is `help`.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(description = "Orders.")]
    orders_total: Counter,
}

fn main() {}
