// The path that `crate` gives does not exist.
use goldsignal::{Gauge, Metrics};

#[derive(Metrics)]
#[metrics(crate = telemetry)]
struct Shop {
    /// Orders that wait.
    queue_orders: Gauge,
}

fn main() {}
