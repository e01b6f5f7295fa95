// An objective needs an availability, a latency, or both.
use goldsignal::{Slo, observed};
use std::time::Duration;

const API: Slo = Slo::new("api", "runbook");

#[observed(slo = API)]
fn f() {
    let _ = Duration::ZERO;
}

fn main() {}
