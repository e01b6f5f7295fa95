// The label may be missing in the argument, but not in the series.
use goldsignal::{Counter, Label, Labels, Metrics, business_counter};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter<ByPlan>,
}

#[derive(Labels)]
struct ByPlan {
    plan: Plan,
}

#[derive(Clone, Copy, Label)]
enum Plan {
    Free,
    Pro,
}

#[business_counter(Shop::orders_total, ByPlan { plan })]
fn buy(plan: Option<Plan>) {}

fn main() {}
