// OpenTelemetry separates by dots, Prometheus by underscores.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "shop.")]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

fn main() {}
