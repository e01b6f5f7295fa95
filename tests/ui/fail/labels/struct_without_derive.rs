// A set of labels is derived.
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

struct ByRegion {
    region: u8,
}

#[business_counter(Shop::orders_total, ByRegion { region: 1 })]
fn buy() {}

fn main() {}
