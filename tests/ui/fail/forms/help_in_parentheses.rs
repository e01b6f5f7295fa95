// `help` takes text after `=`.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(help("Orders."))]
    orders_total: Counter,
}

fn main() {}
