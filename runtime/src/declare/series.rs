//! The built-in families: their names, labels and help texts.
//!
//! Both the exposition and the generated queries use these constants, so a query cannot have an outdated name.
//!
//! ```
//! use goldsignal::MetricPrefix;
//! use goldsignal::declare::series::{HTTP_REQUESTS, label};
//!
//! let prefix = MetricPrefix::new("shop_").unwrap();
//! assert_eq!(HTTP_REQUESTS.name(&prefix), "shop_http_requests_total");
//! assert!(HTTP_REQUESTS.labels.contains(&label::ENDPOINT));
//! ```

pub mod pool;
pub mod process;
pub mod tokio;

use std::borrow::Cow;

use super::family::Kind;
use super::metric_prefix::MetricPrefix;

/// A family that goldsignal itself defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    name: Name,
    /// The help text.
    pub help: &'static str,
    /// The kind of metric.
    pub kind: Kind,
    /// The base unit, which the name ends in; empty if there is none.
    pub unit: &'static str,
    /// The names of its labels.
    pub labels: &'static [&'static str],
}

/// How the full name of a built-in family is composed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    /// With the service's prefix, as other libraries may have a family of this name.
    Prefixed(&'static str),
    /// Without a prefix: the name begins with `goldsignal_`, or is the standard one of something that every program has.
    Fixed(&'static str),
}

impl BuiltIn {
    /// The full name in a service with this prefix. The name cannot be read without it, so that neither the exposition
    /// nor a query can omit the prefix.
    pub fn name(&self, prefix: &MetricPrefix) -> Cow<'static, str> {
        match self.name {
            Name::Prefixed(name) => prefix.before(name),
            Name::Fixed(name) => Cow::Borrowed(name),
        }
    }
}

/// Names of labels.
///
/// ```
/// use goldsignal::declare::series::{FUNCTION_CALLS, label};
///
/// assert_eq!(FUNCTION_CALLS.labels, [label::FUNCTION, label::OUTCOME, label::ERROR_TYPE]);
/// ```
pub mod label {
    /// The request's method.
    pub const METHOD: &str = "method";
    /// The route's template.
    pub const ENDPOINT: &str = "endpoint";
    /// The response's status; empty if no response was sent.
    pub const STATUS: &str = "status";
    /// The outcome.
    pub const OUTCOME: &str = "outcome";
    /// The operation's name.
    pub const FUNCTION: &str = "function";
    /// The name of the fault, from a finite set.
    pub const ERROR_TYPE: &str = "error_type";
    /// The name of a tool.
    pub const TOOL: &str = "tool";
    /// The objective's indicator: `<name>-availability` or `<name>-latency`.
    pub const SLO: &str = "slo";
    /// A family's name.
    pub const FAMILY: &str = "family";
    /// A label's name.
    pub const LABEL: &str = "label";
    /// The service's name.
    pub const SERVICE: &str = "service";
    /// The service's version.
    pub const VERSION: &str = "version";
    /// The fingerprint of the catalog.
    pub const CATALOG: &str = "catalog";
    /// Why a story is told: `bad` or `slow`.
    pub const KIND: &str = "kind";
    /// Where a story is told: the `log` or the `memory`.
    pub const SINK: &str = "sink";
}

/// The outcome of an event that meets its objective.
pub const GOOD: &str = "good";
/// The outcome of an event that does not meet its objective.
pub const BAD: &str = "bad";

/// Requests that ended.
pub const HTTP_REQUESTS: BuiltIn = BuiltIn {
    name: Name::Prefixed("http_requests_total"),
    help: "Ended requests, by status and outcome.",
    kind: Kind::Counter,
    unit: "",
    labels: &[label::METHOD, label::ENDPOINT, label::STATUS, label::OUTCOME],
};

/// Durations of requests, up to the end of the response's body.
pub const HTTP_REQUEST_DURATION: BuiltIn = BuiltIn {
    name: Name::Prefixed("http_request_duration_seconds"),
    help: "Time from the start of a request to the last byte of its response.",
    kind: Kind::Histogram,
    unit: "seconds",
    labels: &[label::METHOD, label::ENDPOINT],
};

/// Requests in flight.
pub const HTTP_REQUESTS_IN_FLIGHT: BuiltIn = BuiltIn {
    name: Name::Prefixed("http_requests_in_flight"),
    help: "Requests in flight.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[label::METHOD, label::ENDPOINT],
};

/// The age of the oldest request in flight.
pub const HTTP_OLDEST_IN_FLIGHT: BuiltIn = BuiltIn {
    name: Name::Prefixed("http_requests_oldest_in_flight_seconds"),
    help: "Age of the oldest request that has no response yet, 0 if there is none.",
    kind: Kind::Gauge,
    unit: "seconds",
    labels: &[label::METHOD, label::ENDPOINT],
};

/// Polls of requests that took longer than they may.
pub const HTTP_SLOW_POLLS: BuiltIn = BuiltIn {
    name: Name::Prefixed("http_request_slow_polls_total"),
    help: "Polls that blocked their thread too long, outside of observed functions.",
    kind: Kind::Counter,
    unit: "",
    labels: &[label::METHOD, label::ENDPOINT],
};

/// Durations until the response's head.
pub const HTTP_RESPONSE_HEAD: BuiltIn = BuiltIn {
    name: Name::Prefixed("http_response_head_seconds"),
    help: "Time from the start of a request to the head of its response.",
    kind: Kind::Histogram,
    unit: "seconds",
    labels: &[label::METHOD, label::ENDPOINT],
};

/// Sizes of request bodies.
pub const HTTP_REQUEST_BODY: BuiltIn = BuiltIn {
    name: Name::Prefixed("http_request_body_bytes"),
    help: "Bytes of the request's body that the service read before the request ended.",
    kind: Kind::Histogram,
    unit: "bytes",
    labels: &[label::METHOD, label::ENDPOINT],
};

/// Sizes of response bodies.
pub const HTTP_RESPONSE_BODY: BuiltIn = BuiltIn {
    name: Name::Prefixed("http_response_body_bytes"),
    help: "Bytes of the response's body that the service handed to the connection.",
    kind: Kind::Histogram,
    unit: "bytes",
    labels: &[label::METHOD, label::ENDPOINT],
};

/// Open endless response bodies.
pub const HTTP_STREAMS_IN_FLIGHT: BuiltIn = BuiltIn {
    name: Name::Prefixed("http_streams_in_flight"),
    help: "Open endless response bodies.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[label::METHOD, label::ENDPOINT],
};

/// Durations of endless bodies.
pub const HTTP_STREAM_DURATION: BuiltIn = BuiltIn {
    name: Name::Prefixed("http_stream_duration_seconds"),
    help: "Life of endless response bodies, from the head of their response.",
    kind: Kind::Histogram,
    unit: "seconds",
    labels: &[label::METHOD, label::ENDPOINT],
};

/// Calls that ended.
pub const FUNCTION_CALLS: BuiltIn = BuiltIn {
    name: Name::Prefixed("function_calls_total"),
    help: "Ended calls of observed functions, by outcome.",
    kind: Kind::Counter,
    unit: "",
    labels: &[label::FUNCTION, label::OUTCOME, label::ERROR_TYPE],
};

/// Durations of calls.
pub const FUNCTION_DURATION: BuiltIn = BuiltIn {
    name: Name::Prefixed("function_duration_seconds"),
    help: "Duration of calls of observed functions.",
    kind: Kind::Histogram,
    unit: "seconds",
    labels: &[label::FUNCTION],
};

/// Durations of calls that last as long as a connection.
pub const FUNCTION_LONG_DURATION: BuiltIn = BuiltIn {
    name: Name::Prefixed("function_long_duration_seconds"),
    help: "Duration of long calls, which last as long as a connection.",
    kind: Kind::Histogram,
    unit: "seconds",
    labels: &[label::FUNCTION],
};

/// Calls that have not ended.
pub const FUNCTION_CALLS_IN_FLIGHT: BuiltIn = BuiltIn {
    name: Name::Prefixed("function_calls_in_flight"),
    help: "Calls of observed functions in flight.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[label::FUNCTION],
};

/// Seconds in polls.
pub const FUNCTION_BUSY: BuiltIn = BuiltIn {
    name: Name::Prefixed("function_busy_seconds_total"),
    help: "Seconds in which calls of observed functions ran on a thread: those of their polls.",
    kind: Kind::Counter,
    unit: "seconds",
    labels: &[label::FUNCTION],
};

/// Polls that took longer than they may.
pub const FUNCTION_SLOW_POLLS: BuiltIn = BuiltIn {
    name: Name::Prefixed("function_slow_polls_total"),
    help: "Polls that blocked their thread longer than the function's poll budget.",
    kind: Kind::Counter,
    unit: "",
    labels: &[label::FUNCTION],
};

/// Tool calls that ended.
pub const MCP_TOOL_CALLS: BuiltIn = BuiltIn {
    name: Name::Prefixed("mcp_tool_calls_total"),
    help: "Ended tool calls, by outcome.",
    kind: Kind::Counter,
    unit: "",
    labels: &[label::TOOL, label::OUTCOME, label::ERROR_TYPE],
};

/// Durations of tool calls.
pub const MCP_TOOL_CALL_DURATION: BuiltIn = BuiltIn {
    name: Name::Prefixed("mcp_tool_call_duration_seconds"),
    help: "Duration of tool calls.",
    kind: Kind::Histogram,
    unit: "seconds",
    labels: &[label::TOOL],
};

/// Tool calls that have not ended.
pub const MCP_TOOL_CALLS_IN_FLIGHT: BuiltIn = BuiltIn {
    name: Name::Prefixed("mcp_tool_calls_in_flight"),
    help: "Tool calls in flight.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[label::TOOL],
};

/// Durations of sessions.
pub const MCP_SESSION_DURATION: BuiltIn = BuiltIn {
    name: Name::Prefixed("mcp_session_duration_seconds"),
    help: "Duration of sessions of the Model Context Protocol.",
    kind: Kind::Histogram,
    unit: "seconds",
    labels: &[],
};

/// Sessions that have not ended.
pub const MCP_SESSIONS_IN_FLIGHT: BuiltIn = BuiltIn {
    name: Name::Prefixed("mcp_sessions_in_flight"),
    help: "Open sessions of the Model Context Protocol.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[],
};

/// Events of objectives.
pub const SLO_EVENTS: BuiltIn = BuiltIn {
    name: Name::Prefixed("slo_events_total"),
    help: "Events that count for an objective.",
    kind: Kind::Counter,
    unit: "",
    labels: &[label::SLO, label::OUTCOME],
};

/// The service, its version and its catalog.
pub const BUILD_INFO: BuiltIn = BuiltIn {
    name: Name::Fixed("goldsignal_build_info"),
    help: "1, with the service, its version and the fingerprint of its declarations as labels.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[label::SERVICE, label::VERSION, label::CATALOG],
};

/// Whether the log has another filter than that of the settings.
pub const LOG_FILTER_OVERRIDE: BuiltIn = BuiltIn {
    name: Name::Fixed("goldsignal_log_filter_override"),
    help: "1 while the log has another filter for a time, else 0.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[],
};

/// Hidden families: those that an exposition leaves out.
pub const HIDDEN_FAMILIES: BuiltIn = BuiltIn {
    name: Name::Fixed("goldsignal_hidden_families"),
    // It is not a counter, because families can become visible again while the process runs.
    help: "Families left out of this exposition, whole or in part; a WARN event gives the reason.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[],
};

/// Label values that exceeded their budget.
pub const LABEL_OVERFLOW: BuiltIn = BuiltIn {
    name: Name::Fixed("goldsignal_label_overflow_total"),
    help: "Lookups of label values beyond their budget, which were folded to _OTHER.",
    kind: Kind::Counter,
    unit: "",
    labels: &[label::FAMILY, label::LABEL],
};

/// Log lines that were lost.
pub const LOG_LINES_DROPPED: BuiltIn = BuiltIn {
    name: Name::Fixed("goldsignal_log_lines_dropped_total"),
    help: "Log lines that were dropped because the sink was too slow or refused them.",
    kind: Kind::Counter,
    unit: "",
    labels: &[],
};

/// Log lines that were left out because they repeated an error.
pub const LOG_LINES_SUPPRESSED: BuiltIn = BuiltIn {
    name: Name::Fixed("goldsignal_log_lines_suppressed_total"),
    help: "Log lines left out because an error of the same kind was logged just before.",
    kind: Kind::Counter,
    unit: "",
    labels: &[],
};

/// Log lines of good ends that were left out by sampling.
pub const LOG_LINES_SAMPLED_OUT: BuiltIn = BuiltIn {
    name: Name::Fixed("goldsignal_log_lines_sampled_out_total"),
    help: "Log lines of good ends left out by sampling.",
    kind: Kind::Counter,
    unit: "",
    labels: &[],
};

/// Stories of bad and slow ends.
pub const STORIES: BuiltIn = BuiltIn {
    name: Name::Fixed("goldsignal_stories_total"),
    help: "Requests and calls that ended badly or late, and whose stories were told.",
    kind: Kind::Counter,
    unit: "",
    labels: &[label::KIND],
};

/// Stories that were not told.
pub const STORIES_DROPPED: BuiltIn = BuiltIn {
    name: Name::Fixed("goldsignal_stories_dropped_total"),
    help: "Stories that the log or the memory left out, because there were too many of late.",
    kind: Kind::Counter,
    unit: "",
    labels: &[label::SINK],
};

/// Connections that could not be accepted.
pub const ACCEPT_ERRORS: BuiltIn = BuiltIn {
    name: Name::Fixed("goldsignal_accept_errors_total"),
    help: "Connections that could not be accepted, usually because no file descriptor was left.",
    kind: Kind::Counter,
    unit: "",
    labels: &[],
};

/// Scrapes that were refused because too many were running.
pub const SCRAPES_REFUSED: BuiltIn = BuiltIn {
    name: Name::Fixed("goldsignal_scrapes_refused_total"),
    help: "Scrapes that were answered 503 because too many were running.",
    kind: Kind::Counter,
    unit: "",
    labels: &[],
};

/// Samples that were refused.
pub const NOT_A_NUMBER: BuiltIn = BuiltIn {
    name: Name::Fixed("goldsignal_not_a_number_total"),
    help: "Samples refused: infinite or NaN, too large for their sum, or negative for a counter.",
    kind: Kind::Counter,
    unit: "",
    labels: &[],
};

/// Spans that were lost.
pub const SPANS_DROPPED: BuiltIn = BuiltIn {
    name: Name::Fixed("goldsignal_spans_dropped_total"),
    help: "Spans that were dropped: too many waited for the exporter, or it failed.",
    kind: Kind::Counter,
    unit: "",
    labels: &[],
};

/// The counters of lost telemetry. The alert on lost telemetry uses all of them.
#[cfg(feature = "operate")]
pub(crate) const LOST_TELEMETRY: &[&BuiltIn] = &[&LOG_LINES_DROPPED, &SPANS_DROPPED];

/// The families of requests, under every [`Naming`](super::Naming).
#[cfg(feature = "telemetry")]
pub(crate) const OF_REQUESTS: [&BuiltIn; 14] = [
    &HTTP_REQUESTS,
    &HTTP_REQUEST_DURATION,
    &HTTP_REQUESTS_IN_FLIGHT,
    &HTTP_RESPONSE_HEAD,
    &HTTP_REQUEST_BODY,
    &HTTP_RESPONSE_BODY,
    &HTTP_STREAMS_IN_FLIGHT,
    &HTTP_STREAM_DURATION,
    &HTTP_OLDEST_IN_FLIGHT,
    &HTTP_SLOW_POLLS,
    &otel::REQUEST_DURATION,
    &otel::ACTIVE_REQUESTS,
    &otel::REQUEST_BODY_SIZE,
    &otel::RESPONSE_BODY_SIZE,
];

/// The families that do not follow [`Naming`](super::Naming): of calls, of objectives, and of goldsignal itself.
#[cfg(any(feature = "operate", feature = "telemetry"))]
pub(crate) const BESIDE_REQUESTS: [&BuiltIn; 20] = [
    &FUNCTION_CALLS,
    &FUNCTION_DURATION,
    &FUNCTION_LONG_DURATION,
    &FUNCTION_CALLS_IN_FLIGHT,
    &FUNCTION_BUSY,
    &FUNCTION_SLOW_POLLS,
    &SLO_EVENTS,
    &BUILD_INFO,
    &ACCEPT_ERRORS,
    &HIDDEN_FAMILIES,
    &LABEL_OVERFLOW,
    &LOG_FILTER_OVERRIDE,
    &LOG_LINES_DROPPED,
    &LOG_LINES_SUPPRESSED,
    &LOG_LINES_SAMPLED_OUT,
    &SCRAPES_REFUSED,
    &NOT_A_NUMBER,
    &SPANS_DROPPED,
    &STORIES,
    &STORIES_DROPPED,
];

/// The families of servers of the Model Context Protocol, under every [`Naming`](super::Naming).
#[cfg(any(feature = "operate", feature = "telemetry"))]
pub(crate) const OF_TOOLS: [&BuiltIn; 7] = [
    &MCP_TOOL_CALLS,
    &MCP_TOOL_CALL_DURATION,
    &MCP_TOOL_CALLS_IN_FLIGHT,
    &MCP_SESSION_DURATION,
    &MCP_SESSIONS_IN_FLIGHT,
    &otel::MCP_OPERATION_DURATION,
    &otel::MCP_SESSION_DURATION,
];

/// The outcomes of requests and calls.
pub const OUTCOMES: [&str; 7] =
    ["ok", "client_error", "server_error", "error", "panic", "cancelled", "aborted"];

/// The outcomes of executions that failed by the service's fault.
pub const FAILED: [&str; 3] = ["server_error", "error", "panic"];

/// The families of requests by the OpenTelemetry semantic conventions
/// (<https://opentelemetry.io/docs/specs/semconv/http/http-metrics/>).
///
/// ```
/// use goldsignal::MetricPrefix;
/// use goldsignal::declare::series::otel;
///
/// let name = otel::REQUEST_DURATION.name(&MetricPrefix::NONE);
/// assert_eq!(name, "http_server_request_duration_seconds");
/// assert!(otel::REQUEST_DURATION.labels.contains(&otel::ROUTE));
/// ```
pub mod otel {
    use super::{BuiltIn, Kind, Name, label};

    /// The request's method.
    pub const METHOD: &str = "http_request_method";
    /// The route's template; absent if no route matched.
    pub const ROUTE: &str = "http_route";
    /// The response's status; absent if no response was sent.
    pub const STATUS: &str = "http_response_status_code";
    /// The scheme by which clients connect to the service.
    pub const SCHEME: &str = "url_scheme";

    /// The labels of the histograms of requests.
    const MEASURED: &[&str] = &[METHOD, ROUTE, STATUS, label::ERROR_TYPE, SCHEME];

    /// Durations of requests, and by its count their number.
    pub const REQUEST_DURATION: BuiltIn = BuiltIn {
        name: Name::Prefixed("http_server_request_duration_seconds"),
        help: "Duration of HTTP server requests.",
        kind: Kind::Histogram,
        unit: "seconds",
        labels: MEASURED,
    };

    /// Requests in flight.
    pub const ACTIVE_REQUESTS: BuiltIn = BuiltIn {
        name: Name::Prefixed("http_server_active_requests"),
        help: "Number of active HTTP server requests.",
        kind: Kind::Gauge,
        unit: "",
        labels: &[METHOD, SCHEME],
    };

    /// Sizes of request bodies.
    pub const REQUEST_BODY_SIZE: BuiltIn = BuiltIn {
        name: Name::Prefixed("http_server_request_body_size_bytes"),
        help: "Size of HTTP server request bodies.",
        kind: Kind::Histogram,
        unit: "bytes",
        labels: MEASURED,
    };

    /// Sizes of response bodies.
    pub const RESPONSE_BODY_SIZE: BuiltIn = BuiltIn {
        name: Name::Prefixed("http_server_response_body_size_bytes"),
        help: "Size of HTTP server response bodies.",
        kind: Kind::Histogram,
        unit: "bytes",
        labels: MEASURED,
    };

    /// The method of a request of the Model Context Protocol.
    pub const MCP_METHOD: &str = "mcp_method_name";
    /// The name of a tool.
    pub const TOOL: &str = "gen_ai_tool_name";
    /// What a model is used for, or lets do.
    pub const GEN_AI_OPERATION: &str = "gen_ai_operation_name";

    /// Durations of tool calls, and by its count their number
    /// (<https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/>).
    pub const MCP_OPERATION_DURATION: BuiltIn = BuiltIn {
        name: Name::Prefixed("mcp_server_operation_duration_seconds"),
        help: "MCP request or notification duration as observed on the receiver.",
        kind: Kind::Histogram,
        unit: "seconds",
        labels: &[MCP_METHOD, TOOL, GEN_AI_OPERATION, label::ERROR_TYPE],
    };

    /// Durations of sessions.
    pub const MCP_SESSION_DURATION: BuiltIn = BuiltIn {
        name: Name::Prefixed("mcp_server_session_duration_seconds"),
        help: "The duration of the MCP session as observed on the MCP server.",
        kind: Kind::Histogram,
        unit: "seconds",
        labels: &[label::ERROR_TYPE],
    };
}
