// An objective's name is a label value, so its characters are restricted.
use goldsignal::{Slo, observed};
use std::time::Duration;

const API: Slo = Slo::new("My API", "runbook").availability(99.9);

#[observed(slo = API)]
fn f() {
    let _ = Duration::ZERO;
}

fn main() {}
