// In `prometheus`, labels are a list of text.
use goldsignal::{Counter, Label, Labels, Metrics};

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
}

fn main() {
    Shop::get().orders_total.with_label_values(&["free"]).inc();
}
