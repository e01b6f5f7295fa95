// An enum is one label, not a set of them.
use goldsignal::{Counter, Metrics};

#[derive(goldsignal::Label)]
enum Plan {
    Free,
}

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter<Plan>,
}

fn main() {}
