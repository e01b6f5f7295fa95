// Names are in snake case.
use goldsignal::{Gauge, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "shop_")]
struct Shop {
    /// Orders.
    #[metric(name = "OPEN_ORDERS")]
    open: Gauge,
}

fn main() {}
