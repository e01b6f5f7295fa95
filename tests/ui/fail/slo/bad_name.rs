// A name is a label value.
use goldsignal::{Slo, observed};
use std::time::Duration;

const API: Slo = Slo::new("My API", "runbook").availability(99.9);

#[observed(slo = API)]
fn f() {
    let _ = Duration::ZERO;
}

fn main() {}
