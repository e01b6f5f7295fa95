// `crate` takes a path.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(crate = "goldsignal")]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

fn main() {}
