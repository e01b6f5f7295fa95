//! The metrics of a pod that kube-state-metrics exposes.

use std::time::Duration;

/// How long the container runs before it crashes.
const RUNS: Duration = Duration::from_secs(20);
/// How long Kubernetes waits before it starts it again: first, and at most; it doubles each time.
const FIRST: Duration = Duration::from_secs(10);
const LONGEST: Duration = Duration::from_mins(5);

/// The pod of `service` whose container has been crashing for so long.
pub(crate) fn metrics(service: &str, crashing: Option<Duration>) -> String {
    let (waits, restarts) = crashing.map_or((false, 0), crash_loop);
    let labels = format!("namespace=\"shop\",pod=\"{service}-7d4b9c8f6-x2x7p\",container=\"shop\"");
    format!(
        "kube_pod_container_status_waiting_reason{{{labels},reason=\"CrashLoopBackOff\"}} {}\n\
         kube_pod_container_status_restarts_total{{{labels}}} {restarts}\n",
        u8::from(waits),
    )
}

/// Whether the container waits to be started, and how often it was started again. Between two crashes it runs
/// for a moment, so that the reason comes and goes.
fn crash_loop(since: Duration) -> (bool, u32) {
    let (mut left, mut pause, mut restarts) = (since, FIRST, 0);
    loop {
        let Some(waiting) = left.checked_sub(RUNS) else { return (false, restarts) };
        let Some(running) = waiting.checked_sub(pause) else { return (true, restarts) };
        (left, pause, restarts) = (running, LONGEST.min(pause * 2), restarts + 1);
    }
}
