// Without the features of goldsignal, all but routes and responses is there.
// package: goldsignal-tests-core
use goldsignal::{Counter, Fault, Label, Labels, Metrics, Slo, business_counter, observed};

const API: Slo = Slo::new("api", "runbook").availability(99.9);

#[derive(Clone, Copy, Label)]
enum Plan {
    Free,
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

#[derive(Debug, Fault)]
#[fault(status = 404)]
struct NotFound;

#[observed(slo = API, fields(id), err(|error| what = ?error))]
#[business_counter(Shop::orders_total, ByPlan { plan: Plan::Free })]
async fn buy(id: u32) -> Result<u32, NotFound> {
    Ok(id)
}

fn main() {
    drop(buy(1));
    assert_eq!(Shop::get().orders_total.get(ByPlan { plan: Plan::Free }), 0);
}
