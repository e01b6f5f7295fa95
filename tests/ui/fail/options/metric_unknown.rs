// A name that resembles nothing.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(colour = "red")]
    orders_total: Counter,
}

fn main() {}
