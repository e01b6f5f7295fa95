// The objective is so low that its fastest burn-rate alert could never fire.
// long underline: the compiler shows the whole constant.
use goldsignal::{Slo, observed};
use std::time::Duration;

const API: Slo = Slo::new("api", "runbook").availability(90.0);

#[observed(slo = API)]
fn f() {
    let _ = Duration::ZERO;
}

fn main() {}
