//! The rules that are usually written by hand, through the same incidents.

use std::collections::BTreeSet;

use crate::SCALE;
use crate::incident::INCIDENTS;
use crate::webhook::Heard;

/// The severity, receiver and file name of these rules.
pub(crate) const NAME: &str = "by-hand";

/// "rate of 5xx > 0.05" and "p95 > 1", each for five minutes, per series, as first sketches have them; and a rate
/// of restarts.
pub(crate) fn rules() -> String {
    let five_minutes = 300 / SCALE;
    let rules = [
        (
            "HighErrorRate",
            format!("rate(http_requests_total{{status=~\"5..\"}}[{five_minutes}s]) > 0.05"),
        ),
        (
            "HighLatency",
            format!(
                "histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[{five_minutes}s])) > 1"
            ),
        ),
        (
            "PodsRestarting",
            // More than one restart in five minutes.
            format!("increase(kube_pod_container_status_restarts_total[{five_minutes}s]) > 1"),
        ),
    ];
    let rule = |(name, expr): (&str, String)| {
        format!(
            "  - alert: {name}\n    expr: {expr}\n    for: {five_minutes}s\n    labels: {{severity: {NAME}}}\n"
        )
    };
    let rules: String = rules.into_iter().map(rule).collect();
    format!("groups:\n- name: {NAME}\n  interval: 1s\n  rules:\n{rules}")
}

/// Prints what they made of it: how many incidents they missed, and how often they called for nothing.
pub(crate) fn print(heard: &[Heard]) {
    let calls = |incident: &str| -> Vec<&Heard> {
        let about = |one: &&Heard| {
            one.label("job") == incident || one.label("pod").starts_with(&format!("{incident}-"))
        };
        heard.iter().filter(|one| one.receiver == NAME).filter(about).collect()
    };
    let (mut missed, mut false_calls, mut incidents) = (Vec::new(), 0, 0);
    println!("\n| incident | rules written by hand |\n|---|---|");
    for incident in INCIDENTS {
        let calls = calls(incident.name);
        let names: BTreeSet<_> = calls.iter().map(|one| one.label("alertname")).collect();
        let names: Vec<_> = names.into_iter().collect();
        let (is_one, called) = (!incident.expected.is_empty(), !calls.is_empty());
        incidents += usize::from(is_one);
        let verdict = match (is_one, called) {
            (true, false) => "missed",
            (false, true) => "false",
            _ => "right",
        };
        if is_one && !called {
            missed.push(incident.name);
        }
        if !is_one {
            false_calls += calls.len();
        }
        println!("| {} | {} {} |", incident.name, verdict, names.join(", "));
    }
    println!(
        "rules written by hand miss {} of {incidents} incidents ({}) and call {false_calls} times for nothing",
        missed.len(),
        missed.join(", "),
    );
}
