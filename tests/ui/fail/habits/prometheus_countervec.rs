// A field has a type of goldsignal.
use goldsignal::{Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: prometheus::CounterVec,
}

fn main() {}
