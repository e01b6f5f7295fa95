// Under another name, given once for each macro.
// package: goldsignal-tests-renamed
use gs::{Counter, Fault, Label, Labels, Metrics, Slo, business_counter, observed, routes};

const API: Slo = Slo::new("api", "runbook").availability(99.9);

#[derive(Clone, Copy, Label)]
#[label(crate = gs)]
enum Plan {
    Free,
}

#[derive(Labels)]
#[labels(crate = gs)]
struct ByPlan {
    plan: Plan,
}

#[derive(Metrics)]
#[metrics(crate = gs)]
struct Shop {
    /// Orders.
    orders_total: Counter<ByPlan>,
}

#[derive(Debug, Fault)]
#[fault(status = 404, crate = gs)]
struct NotFound;

#[observed(get = "/buy", slo = API, crate = gs)]
#[business_counter(Shop::orders_total, ByPlan { plan: Plan::Free }, crate = gs)]
async fn buy() -> String {
    String::new()
}

#[observed(crate = gs)]
fn find() -> Result<u32, NotFound> {
    Err(NotFound)
}

fn main() {
    let _: axum::Router = routes![crate = gs; buy];
    assert!(find().is_err());
}
