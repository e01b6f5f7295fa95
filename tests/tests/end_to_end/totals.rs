//! The totals that were sent and those that Prometheus has, in the same form.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::prometheus::Prometheus;

/// Counts by `(method, endpoint, status)`, and what the service counts beside them.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Totals {
    pub(crate) requests: BTreeMap<(String, String, String), u64>,
    /// By `(method, endpoint)`.
    pub(crate) durations: BTreeMap<(String, String), u64>,
    pub(crate) created: BTreeMap<String, u64>,
    pub(crate) completed: u64,
    pub(crate) active: u64,
}

impl Totals {
    /// Counts one answer.
    pub(crate) fn count(&mut self, method: &str, endpoint: &str, status: u16) {
        let key = (method.to_owned(), endpoint.to_owned(), status.to_string());
        *self.requests.entry(key).or_default() += 1;
        *self.durations.entry((method.to_owned(), endpoint.to_owned())).or_default() += 1;
    }

    /// The totals that Prometheus has for `job`. Series that are zero are left out, but must exist.
    pub(crate) async fn told(prometheus: &Prometheus, job: &str) -> Self {
        let mut totals = Self::default();
        for (labels, value) in prometheus.query(&named("http_requests_total", job)).await {
            assert_eq!(labels["outcome"], outcome(&labels["status"]), "{labels}");
            let key = (text(&labels, "method"), text(&labels, "endpoint"), text(&labels, "status"));
            add(&mut totals.requests, key, value);
        }
        let durations = named("http_request_duration_seconds_count", job);
        for (labels, value) in prometheus.query(&durations).await {
            add(&mut totals.durations, (text(&labels, "method"), text(&labels, "endpoint")), value);
        }
        for (labels, value) in prometheus.query(&named("tasks_created_total", job)).await {
            add(&mut totals.created, text(&labels, "described"), value);
        }
        totals.completed = single(prometheus, "tasks_completed_total", job).await;
        totals.active = single(prometheus, "active_tasks", job).await;
        totals.check_others(prometheus, job).await;
        totals
    }

    /// What must be true besides the counts.
    async fn check_others(&self, prometheus: &Prometheus, job: &str) {
        let in_flight = prometheus.query(&named("http_requests_in_flight", job)).await;
        assert!(!in_flight.is_empty() && in_flight.iter().all(|(_, value)| *value == 0.0));
        let infinite = format!("http_request_duration_seconds_bucket{{job=\"{job}\",le=\"+Inf\"}}");
        let infinite: f64 = prometheus.query(&infinite).await.iter().map(|(_, value)| value).sum();
        let all: u64 = self.durations.values().sum();
        assert_eq!(whole(infinite), all, "the last bucket holds everything");
        let events = format!("sum(slo_events_total{{job=\"{job}\",slo=\"api-availability\"}})");
        let routed = self
            .requests
            .iter()
            .filter(|((_, endpoint, status), _)| endpoint != "_unmatched" && status != "405");
        let routed: u64 = routed.map(|(_, count)| count).sum();
        assert_eq!(whole(prometheus.query(&events).await[0].1), routed, "objective's events");
        for state in ["idle", "used"] {
            let gauge = format!("db_client_connections{{job=\"{job}\",state=\"{state}\"}}");
            assert_eq!(prometheus.query(&gauge).await.len(), 1, "{gauge}");
        }
        assert_eq!(single(prometheus, "db_client_connections_max", job).await, 10);
        assert_eq!(single(prometheus, "db_client_connections_pending_requests", job).await, 0);
        assert_eq!(single(prometheus, "goldsignal_log_lines_dropped_total", job).await, 0);
        let age =
            format!("time() - active_tasks_last_success_timestamp_seconds{{job=\"{job}\"}} < 10");
        assert_eq!(prometheus.query(&age).await.len(), 1, "the sampler runs");
    }

    /// Panics with every difference.
    pub(crate) fn assert_equal(&self, told: &Self, job: &str) {
        for (key, sent) in &self.requests {
            let counted = told.requests.get(key).copied().unwrap_or(0);
            assert_eq!(counted, *sent, "{job}: http_requests_total of {key:?}");
        }
        assert_eq!(self, told, "{job}");
        println!(
            "{job}: {} series of requests, {} of durations, all equal",
            told.requests.len(),
            told.durations.len()
        );
    }
}

fn named(metric: &str, job: &str) -> String {
    format!("{metric}{{job=\"{job}\"}}")
}

async fn single(prometheus: &Prometheus, metric: &str, job: &str) -> u64 {
    let samples = prometheus.query(&named(metric, job)).await;
    assert_eq!(samples.len(), 1, "{metric}: {samples:?}");
    whole(samples[0].1)
}

fn text(labels: &Value, name: &str) -> String {
    labels[name].as_str().unwrap_or_else(|| panic!("no {name} in {labels}")).to_owned()
}

fn add<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K, value: f64) {
    if value > 0.0 {
        *counts.entry(key).or_default() += whole(value);
    }
}

/// A count, which Prometheus returns as a float.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "asserted")]
fn whole(value: f64) -> u64 {
    assert!(value >= 0.0 && value.fract() == 0.0 && value < 1e15, "{value} is no count");
    value as u64
}

fn outcome(status: &Value) -> &'static str {
    match status.as_str().and_then(|status| status.chars().next()) {
        Some('2' | '3') => "ok",
        Some('4') => "client_error",
        Some('5') => "server_error",
        _ => panic!("no status in {status}"),
    }
}
