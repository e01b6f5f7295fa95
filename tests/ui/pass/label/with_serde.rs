// Other derives stand beside, with attributes of their own.
use goldsignal::{Counter, Label, Labels, Metrics};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Label)]
#[serde(rename_all = "snake_case")]
enum Plan {
    Free,
    #[serde(alias = "professional")]
    #[label(rename = "professional")]
    Pro,
}

#[derive(Labels)]
struct ByPlan {
    plan: Plan,
}

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter<ByPlan>,
}

fn main() {
    let plan: Plan = serde_json::from_str("\"professional\"").unwrap();
    Shop::get().orders_total.inc(ByPlan { plan });
    assert_eq!(Shop::get().orders_total.get(ByPlan { plan: Plan::Pro }), 1);
    assert_eq!(Shop::get().orders_total.get(ByPlan { plan: Plan::Free }), 0);
}
