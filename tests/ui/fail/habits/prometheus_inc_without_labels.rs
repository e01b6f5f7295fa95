// A counter with labels needs them.
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
    Shop::get().orders_total.inc();
}
