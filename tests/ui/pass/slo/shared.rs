// One objective for many functions, and several objectives in one module.
use std::time::Duration;

use goldsignal::{Slo, observed};

pub const API: Slo = Slo::new("api", "https://runbooks.example/api")
    .availability(99.9)
    .latency(99.0, Duration::from_millis(250))
    .period_days(7);

pub const JOBS: Slo = Slo::new("jobs", "runbooks/jobs.md").availability(99.0);

#[observed(slo = API)]
fn a() {}

#[observed(slo = API, buckets = [0.1, 0.25, 0.5])]
fn b() {}

#[observed(slo = API, buckets = [0.1, 0.5])]
fn threshold_is_added() {}

#[observed(slo = JOBS, long)]
async fn c() {}

fn main() {
    a();
    b();
    threshold_is_added();
    drop(c());
    assert_eq!(API.period(), 7);
    assert_eq!(JOBS.required_latency(), None);
}
