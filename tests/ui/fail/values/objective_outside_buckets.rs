// The latency threshold is outside of the range of the buckets, so requests above it cannot be counted.
use goldsignal::{Slo, observed};
use std::time::Duration;

const API: Slo = Slo::new("api", "runbook").latency(99.0, Duration::from_secs(60));

#[observed(slo = API)]
fn f() {
    let _ = Duration::ZERO;
}

fn main() {}
