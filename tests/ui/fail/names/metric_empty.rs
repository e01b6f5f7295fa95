// A metric has a name, besides its prefix.
use goldsignal::{Gauge, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "shop_")]
struct Shop {
    /// Orders.
    #[metric(name = "")]
    open: Gauge,
}

fn main() {}
