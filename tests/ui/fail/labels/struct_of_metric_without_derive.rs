// The struct is no set of labels yet.
use goldsignal::{Counter, Metrics};

struct ByPlan {
    gift: bool,
}

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter<ByPlan>,
}

fn main() {}
