// Every option at once, in another order.
use std::time::Duration;

use goldsignal::{Slo, observed};

const API: Slo =
    Slo::new("api", "runbook").availability(99.9).latency(99.0, Duration::from_millis(500));

#[observed(
    level = debug,
    err(|error| what = %error),
    ok(|text| size = text.len()),
    fields(id, %name, kind = ?name, "x-id" = id, a.b = id + 1, who = hash(name), there = redacted(name), note = public(name.len())),
    buckets = [0.25, 0.5, 1],
    name = "orders.find",
    slo = API,
    crate = ::goldsignal,
)]
fn find(id: u32, name: &str) -> Result<String, std::fmt::Error> {
    if id == 2 { Err(std::fmt::Error) } else { Ok(name.to_owned()) }
}

fn main() {
    assert_eq!(find(1, "a").unwrap(), "a");
    assert!(find(2, "a").is_err());
}
