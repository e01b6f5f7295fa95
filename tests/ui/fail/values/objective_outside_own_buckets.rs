// The latency threshold is outside of the range of the buckets that the attribute gives.
use goldsignal::{Slo, observed};
use std::time::Duration;

const API: Slo = Slo::new("api", "runbook").latency(99.0, Duration::from_millis(250));

#[observed(slo = API, buckets = [0.5, 1])]
fn f() {
    let _ = Duration::ZERO;
}

fn main() {}
