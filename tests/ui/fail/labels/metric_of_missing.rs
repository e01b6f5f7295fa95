// The struct does not exist.
// 2 errors: the derive repeats the type, as that of `serde::Deserialize` does.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter<ByPlan>,
}

fn main() {}
