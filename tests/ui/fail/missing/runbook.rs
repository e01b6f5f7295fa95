// An objective needs a runbook.
use goldsignal::{Slo, observed};
use std::time::Duration;

const API: Slo = Slo::new("api", " ").availability(99.9);

#[observed(slo = API)]
fn f() {
    let _ = Duration::ZERO;
}

fn main() {}
