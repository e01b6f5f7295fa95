// The counter has labels.
use goldsignal::{Counter, Label, Labels, Metrics, business_counter};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter<ByPlan>,
}

#[derive(Labels)]
struct ByPlan {
    plan: Plan,
}

#[derive(Label)]
enum Plan {
    Free,
    Pro,
}

#[business_counter(Shop::orders_total, by = count)]
fn buy(plan: Plan, count: u64) {}

fn main() {}
