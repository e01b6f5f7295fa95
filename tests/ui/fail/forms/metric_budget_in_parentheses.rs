// `budget` takes a number after `=`.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(budget(50))]
    orders_total: Counter,
}

fn main() {}
