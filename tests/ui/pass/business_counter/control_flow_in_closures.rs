// A `?` in a closure of the user ends that closure, not the call.
use goldsignal::{Counter, Metrics, business_counter};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

#[business_counter(Shop::orders_total, by = (|| Some(text.parse::<u64>().ok()? + 1))().unwrap_or(1), if = text.lines().all(|line| { return !line.is_empty(); }))]
fn buy(text: &str) {
    _ = text;
}

fn main() {
    buy("2");
    buy("x");
    buy("\n");
    assert_eq!(Shop::get().orders_total.get(), 4);
}
