// Prometheus counts time in seconds.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    waiting_minutes_total: Counter,
}

fn main() {}
