// Labels are a struct.
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

#[business_counter(Shop::orders_total, plan = plan)]
fn buy(plan: Plan) {
    _ = plan;
}

fn main() {}
