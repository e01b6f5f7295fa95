// The struct of labels lacks its derive.
use goldsignal::{Counter, Label, Metrics};

#[derive(Label)]
enum Plan {
    Free,
}

struct ByPlan {
    plan: Plan,
}

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter<ByPlan>,
}

fn main() {}
