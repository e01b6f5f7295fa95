//! The naming of the metrics of requests: goldsignal's names, or those of OpenTelemetry's semantic conventions.

use std::fmt;

use super::series::{self, BuiltIn, label};

/// The naming of the metrics of requests and of their labels.
///
/// [`OpenTelemetry`](Naming::OpenTelemetry) follows the semantic conventions for HTTP metrics
/// (<https://opentelemetry.io/docs/specs/semconv/http/http-metrics/>), in Prometheus' spelling:
///
/// | goldsignal | OpenTelemetry |
/// |---|---|
/// | `http_requests_total` | `http_server_request_duration_seconds_count` |
/// | `http_request_duration_seconds` | `http_server_request_duration_seconds` |
/// | `http_requests_in_flight` | `http_server_active_requests`, only by method |
/// | `http_request_body_bytes` | `http_server_request_body_size_bytes` |
/// | `http_response_body_bytes` | `http_server_response_body_size_bytes` |
/// | `method` | `http_request_method` |
/// | `endpoint` | `http_route`; absent if no route matched |
/// | `status` | `http_response_status_code`; absent if no response was sent |
/// | `outcome` | `error_type`: absent without an error, the status of a server's error, else the outcome |
/// | | `url_scheme` |
///
/// The conventions have no counter of requests: the histogram of durations counts them. So cancelled and aborted
/// requests are in that histogram as well, as series of their own with the `error_type` `cancelled` or `aborted`. Select
/// `error_type=""` for requests that were answered without an error.
///
/// Tools of a server of the Model Context Protocol follow their conventions, too
/// (<https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/>):
///
/// | goldsignal | OpenTelemetry |
/// |---|---|
/// | `mcp_tool_calls_total` | `mcp_server_operation_duration_seconds_count` |
/// | `mcp_tool_call_duration_seconds` | `mcp_server_operation_duration_seconds` |
/// | `mcp_session_duration_seconds` | `mcp_server_session_duration_seconds` |
/// | `tool` | `gen_ai_tool_name`, beside `mcp_method_name="tools/call"` and `gen_ai_operation_name="execute_tool"` |
/// | `outcome` and `error_type` | `error_type`: absent without an error, else the named fault, or the outcome |
///
/// Metrics of requests without a convention keep their names and have the renamed labels: `http_response_head_seconds`,
/// `http_streams_in_flight`, `http_stream_duration_seconds`. Metrics that are not about HTTP do not change:
/// `function_*`, `slo_events_total`, `goldsignal_*`. Neither do log lines.
///
/// A histogram is exposed once it has a value. So, under the conventions, there is no series at zero before the first
/// request. Alerts on objectives are not affected, since they use `slo_events_total`, which starts at zero. The facts of
/// `goldsignal::operate` state which naming the generated queries use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Naming {
    /// goldsignal's names.
    #[default]
    Goldsignal,
    /// The OpenTelemetry semantic conventions.
    OpenTelemetry {
        /// The value of the label `url_scheme`: `http`, or `https` if the service terminates TLS itself. A request does
        /// not contain it.
        url_scheme: &'static str,
    },
}

/// The metrics of requests whose names depend on the naming, and the names of their labels.
#[derive(Debug)]
pub(crate) struct Names {
    /// The family that counts requests: a counter or a histogram.
    pub(crate) counted: &'static BuiltIn,
    pub(crate) duration: &'static BuiltIn,
    pub(crate) in_flight: &'static BuiltIn,
    pub(crate) received: &'static BuiltIn,
    pub(crate) sent: &'static BuiltIn,
    pub(crate) method: &'static str,
    pub(crate) endpoint: &'static str,
    pub(crate) status: &'static str,
}

static GOLDSIGNAL: Names = Names {
    counted: &series::HTTP_REQUESTS,
    duration: &series::HTTP_REQUEST_DURATION,
    in_flight: &series::HTTP_REQUESTS_IN_FLIGHT,
    received: &series::HTTP_REQUEST_BODY,
    sent: &series::HTTP_RESPONSE_BODY,
    method: label::METHOD,
    endpoint: label::ENDPOINT,
    status: label::STATUS,
};

static OPEN_TELEMETRY: Names = Names {
    counted: &series::otel::REQUEST_DURATION,
    duration: &series::otel::REQUEST_DURATION,
    in_flight: &series::otel::ACTIVE_REQUESTS,
    received: &series::otel::REQUEST_BODY_SIZE,
    sent: &series::otel::RESPONSE_BODY_SIZE,
    method: series::otel::METHOD,
    endpoint: series::otel::ROUTE,
    status: series::otel::STATUS,
};

impl Naming {
    pub(crate) const fn names(self) -> &'static Names {
        match self {
            Self::Goldsignal => &GOLDSIGNAL,
            Self::OpenTelemetry { .. } => &OPEN_TELEMETRY,
        }
    }
}

/// The error of setting a naming after another one is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LateNaming {
    /// The naming in use.
    pub settled: Naming,
    /// The refused naming.
    pub wanted: Naming,
}

impl fmt::Display for LateNaming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { settled, wanted } = self;
        write!(
            f,
            "requests are counted under the names of `{settled:?}` already, so they cannot be `{wanted:?}`; \
             say so before the first request, and the same everywhere"
        )
    }
}

impl std::error::Error for LateNaming {}
