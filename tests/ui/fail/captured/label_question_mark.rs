// A failure here would leave the call uncounted.
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

#[business_counter(Shop::orders_total, ByPlan { plan: plan? })]
fn buy(plan: Option<Plan>) -> Option<u32> {
    Some(1)
}

fn main() {}
