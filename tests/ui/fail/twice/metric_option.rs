// The option is given twice.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(name = "a_total", name = "b_total")]
    orders_total: Counter,
}

fn main() {}
