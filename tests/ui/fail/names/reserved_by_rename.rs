// A reserved name, given by `name`.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(name = "slo_events_total")]
    orders_total: Counter,
}

fn main() {}
