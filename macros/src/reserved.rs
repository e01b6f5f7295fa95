//! Names that belong to goldsignal or to Prometheus.

/// The families that goldsignal itself defines, except those that begin with `goldsignal_`. A test compares them with
/// `goldsignal::declare::series`.
const FAMILIES: &[&str] = &[
    "function_busy_seconds_total",
    "function_calls_in_flight",
    "function_calls_total",
    "function_duration_seconds",
    "function_long_duration_seconds",
    "function_slow_polls_total",
    "http_request_body_bytes",
    "http_request_duration_seconds",
    "http_request_slow_polls_total",
    "http_requests_in_flight",
    "http_requests_oldest_in_flight_seconds",
    "http_requests_total",
    "http_response_body_bytes",
    "http_response_head_seconds",
    "http_server_active_requests",
    "http_server_request_body_size_bytes",
    "http_server_request_duration_seconds",
    "http_server_response_body_size_bytes",
    "http_stream_duration_seconds",
    "http_streams_in_flight",
    "mcp_server_operation_duration_seconds",
    "mcp_server_session_duration_seconds",
    "mcp_session_duration_seconds",
    "mcp_sessions_in_flight",
    "mcp_tool_call_duration_seconds",
    "mcp_tool_calls_in_flight",
    "mcp_tool_calls_total",
    "slo_events_total",
];

/// The beginning of the names of goldsignal's metrics about itself.
const OWN_PREFIX: &str = "goldsignal_";

/// Series that Prometheus adds to each target
/// (<https://prometheus.io/docs/concepts/jobs_instances/>).
const OF_PROMETHEUS: &[&str] = &[
    "scrape_body_size_bytes",
    "scrape_duration_seconds",
    "scrape_sample_limit",
    "scrape_samples_post_metric_relabeling",
    "scrape_samples_scraped",
    "scrape_series_added",
    "scrape_timeout_seconds",
    "up",
];

/// The value of a label, or the error type, that stands for everything else. Equal to `goldsignal::declare::OTHER`.
pub(crate) const OTHER: &str = "_OTHER";

/// Why a metric cannot have the name `name`, if it is somebody else's.
pub(crate) fn metric_name_error(name: &str) -> Option<String> {
    if name.starts_with(OWN_PREFIX) {
        Some(format!(
            "names that begin with `{OWN_PREFIX}` are reserved for goldsignal itself; use a prefix of your own, such \
             as `shop_`"
        ))
    } else if FAMILIES.contains(&name) {
        Some(format!(
            "`{name}` is reserved: goldsignal counts it for every service; use a prefix: `#[metrics(prefix = \
             \"shop_\")]`"
        ))
    } else if OF_PROMETHEUS.contains(&name) {
        Some(format!(
            "`{name}` is reserved: Prometheus adds it to every target; use a prefix: `#[metrics(prefix = \"shop_\")]`"
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_families_are_those_of_the_runtime() {
        let runtime = include_str!("../../runtime/src/declare/series.rs");
        let names = |constructor: &str| -> Vec<String> {
            let parts = runtime.split(constructor).skip(1);
            let mut names: Vec<String> =
                parts.filter_map(|part| part.split('"').next().map(ToOwned::to_owned)).collect();
            names.sort_unstable();
            names
        };
        assert_eq!(names("Name::Prefixed(\""), FAMILIES);
        let fixed = names("Name::Fixed(\"");
        assert!(!fixed.is_empty() && fixed.iter().all(|name| name.starts_with(OWN_PREFIX)));
        let other = include_str!("../../runtime/src/declare/mod.rs");
        assert!(other.contains(&format!("OTHER: &str = \"{OTHER}\"")));
    }
}
