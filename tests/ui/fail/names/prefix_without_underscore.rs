// The prefix would run into the name: `shoporders_total`.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "shop")]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

fn main() {}
