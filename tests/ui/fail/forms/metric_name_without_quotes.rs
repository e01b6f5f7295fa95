// `name` takes text.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(name = orders_total)]
    orders_total: Counter,
}

fn main() {}
