// The beginning of all names is `prefix`.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(namespace = "shop")]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

fn main() {}
