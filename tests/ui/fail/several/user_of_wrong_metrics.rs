// A wrong metric does not hide the struct from its users.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders: Counter,
}

fn main() {
    Shop::get().orders.inc();
}
