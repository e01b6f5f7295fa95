// An objective of 100 % leaves no error budget.
// long underline: the compiler shows the whole constant.
use goldsignal::{Slo, observed};
use std::time::Duration;

const API: Slo = Slo::new("api", "runbook").availability(100.0);

#[observed(slo = API)]
fn f() {
    let _ = Duration::ZERO;
}

fn main() {}
