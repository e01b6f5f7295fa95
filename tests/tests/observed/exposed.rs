//! What a scrape reads of the calls of a function.

use goldsignal::testing::scope;
use goldsignal::{Slo, observed};

/// An objective whose function is never called.
const IDLE: Slo = Slo::new("idle", "Nothing to do.").availability(99.9);

#[observed(name = "exposed::idle", slo = IDLE)]
fn idle() {}

#[observed(name = "exposed::refuse", buckets = [0.5, 30.0])]
fn refuse(refused: bool) -> Result<(), String> {
    if refused { Err("refused".into()) } else { Ok(()) }
}

const CALLS: &str = "function_calls_total";

#[test]
fn a_function_that_only_failed_has_no_success_yet() {
    let scope = scope();
    let of = |outcome| scope.value(CALLS, &[("function", "exposed::refuse"), ("outcome", outcome)]);
    assert_eq!((of("ok"), of("error"), of("panic")), (None, None, None));
    let _ = refuse(true);
    assert_eq!((of("ok"), of("error"), of("panic")), (Some(0.0), Some(1.0), None));
}

#[test]
fn durations_are_in_seconds() {
    let scope = scope();
    let labels = [("function", "exposed::refuse")];
    let value = |part: &str| scope.value(&format!("function_duration_seconds{part}"), &labels);
    assert_eq!(value("_count"), None, "no call, no histogram");
    let _ = (refuse(false), refuse(true));
    assert_eq!(value("_count"), Some(2.0));
    let sum = value("_sum").unwrap();
    assert!(sum > 0.0 && sum < 30.0, "{sum} seconds");
}

#[test]
fn an_objective_is_zero_before_its_first_event() {
    let scope = scope();
    let events = |outcome| {
        scope.value("slo_events_total", &[("slo", "idle-availability"), ("outcome", outcome)])
    };
    assert_eq!((events("good"), events("bad")), (Some(0.0), Some(0.0)));
    idle();
    assert_eq!((events("good"), events("bad")), (Some(1.0), Some(0.0)));
}
