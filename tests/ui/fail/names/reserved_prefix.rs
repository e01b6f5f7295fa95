// Names that begin with `goldsignal_` are its own.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "goldsignal_")]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

fn main() {}
