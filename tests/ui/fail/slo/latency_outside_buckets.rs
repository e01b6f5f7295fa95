// The buckets cannot tell the threshold.
use goldsignal::{Slo, observed};
use std::time::Duration;

const API: Slo = Slo::new("api", "runbook").latency(99.0, Duration::from_secs(60));

#[observed(slo = API)]
fn f() {
    let _ = Duration::ZERO;
}

fn main() {}
