//! The question to promtool: what an incident is made of, and what is to be seen of it.

use serde_json::{Value, json};

use super::course::INTERVAL;
use crate::alert::Alert;
use crate::incident::Incident;
use crate::rules;

/// A file of tests: these rules, through these series; JSON is YAML as well. Groups whose rules are `read` by others
/// are evaluated in their order, as otherwise chance decides whether a window has the last scrape.
pub(super) fn file(
    rules: &[&str],
    read: &str,
    series: impl Iterator<Item = (String, String)>,
    asked: &Value,
) -> String {
    let series: Vec<_> =
        series.map(|(series, values)| json!({"series": series, "values": values})).collect();
    let interval = seconds(INTERVAL.as_secs());
    let mut test = json!({"interval": interval, "input_series": series});
    test.as_object_mut().unwrap().extend(asked.as_object().unwrap().clone());
    let order: Vec<_> = read.lines().filter_map(|line| line.strip_prefix("- name: ")).collect();
    json!({
        "rule_files": rules,
        "evaluation_interval": interval,
        "group_eval_order": order,
        "tests": [test],
    })
    .to_string()
}

/// Which alerts fired, whatever these are: promtool tells what it got where nothing was expected.
pub(super) fn what_fired(incident: &Incident) -> Value {
    json!({"promql_expr_test": [first(incident, &[])]})
}

/// Exactly what is expected: these alerts since then, and no others at any time; and at the end in these words.
pub(super) fn as_expected(incident: &Incident) -> Value {
    let since = |alert: &Alert| {
        let labels = format!("{{alertname={:?}, severity={:?}}}", alert.name, alert.severity);
        json!({"labels": labels, "value": incident.before.as_secs() + u64::from(alert.after)})
    };
    let mut since: Vec<_> = incident.fires().map(since).collect();
    since.push(
        json!({"labels": "{alertname=\"ServiceWatchdog\", severity=\"watchdog\"}", "value": 0}),
    );
    let alerts = rules::alerts(incident.name);
    let told: Vec<_> = alerts.iter().map(|rule| told(rule, incident)).collect();
    json!({
        "alert_rule_test": told,
        "promql_expr_test": [first(incident, &since)],
    })
}

/// What is told of one alert at the end: nothing where it is not expected.
fn told(rule: &rules::Alert, incident: &Incident) -> Value {
    let (mut labels, mut annotations) = (rule.labels.clone(), rule.annotations.clone());
    let expected = incident.fires().find(|alert| alert.name == rule.alert);
    if let Some(alert) = expected {
        let of_job = |text: &str| text.replace("{job}", incident.name);
        annotations.insert("description".to_owned(), of_job(&alert.says));
        annotations.extend(alert.summary.iter().map(|text| ("summary".to_owned(), of_job(text))));
        labels.extend(alert.labels.iter().map(|(name, value)| (name.to_string(), of_job(value))));
    }
    let fires = expected.is_some() || rule.labels["severity"] == "watchdog";
    let alert = json!({"exp_labels": labels, "exp_annotations": annotations});
    json!({
        "alertname": rule.alert,
        "eval_time": seconds(incident.length().as_secs()),
        "exp_alerts": if fires { vec![alert] } else { vec![] },
    })
}

/// When each alert fired first, in seconds since the first scrape: every alert that ever did.
fn first(incident: &Incident, expected: &[Value]) -> Value {
    let end = seconds(incident.length().as_secs());
    let firing = format!("min_over_time(timestamp(ALERTS{{alertstate=\"firing\"}})[{end}:30s])");
    json!({
        "expr": format!("min by (alertname, severity) ({firing})"),
        "eval_time": end,
        "exp_samples": expected,
    })
}

fn seconds(seconds: u64) -> String {
    format!("{seconds}s")
}
