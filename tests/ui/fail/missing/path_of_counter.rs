// The path that `crate` gives does not exist.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

#[goldsignal::business_counter(Shop::orders_total, crate = telemetry)]
fn work() {}

fn main() {
    work();
}
