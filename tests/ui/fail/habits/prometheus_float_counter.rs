// A counter counts whole numbers.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

fn main() {
    Shop::get().orders_total.inc_by(1.5);
}
