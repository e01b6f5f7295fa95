// A slice of values, as `with_label_values` takes it.
use goldsignal::{Counter, Label, Labels, Metrics, business_counter};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders by plan.
    orders_by_plan_total: Counter<ByPlan>,
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

#[business_counter(Shop::orders_by_plan_total, &["free"])]
fn work(plan: Plan) {}

fn main() {}
