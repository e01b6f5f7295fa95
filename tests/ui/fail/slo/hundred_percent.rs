// No budget is left.
use goldsignal::{Slo, observed};
use std::time::Duration;

const API: Slo = Slo::new("api", "runbook").availability(100.0);

#[observed(slo = API)]
fn f() {
    let _ = Duration::ZERO;
}

fn main() {}
