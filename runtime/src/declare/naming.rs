//! What the families of requests are called: goldsignal's names, or those of the OpenTelemetry conventions.

use std::fmt;

use super::series::{self, BuiltIn, label};

/// What the metrics of requests and their labels are called.
///
/// [`OpenTelemetry`](Naming::OpenTelemetry) follows the semantic conventions for HTTP metrics
/// (<https://opentelemetry.io/docs/specs/semconv/http/http-metrics/>), as Prometheus renders them:
///
/// | goldsignal | OpenTelemetry |
/// |---|---|
/// | `http_requests_total` | `http_server_request_duration_seconds_count` |
/// | `http_request_duration_seconds` | `http_server_request_duration_seconds` |
/// | `http_requests_in_flight` | `http_server_active_requests`, by method alone |
/// | `http_request_body_bytes` | `http_server_request_body_size_bytes` |
/// | `http_response_body_bytes` | `http_server_response_body_size_bytes` |
/// | `method` | `http_request_method` |
/// | `endpoint` | `http_route`; left out where no route matched |
/// | `status` | `http_response_status_code`; left out where nothing was sent |
/// | `outcome` | `error_type`: left out where nothing failed, the status of a server's error, else the outcome |
/// | | `url_scheme` |
///
/// The conventions count requests by the histogram of their durations. So that none is lost, those that were
/// cut short are in it too, as series of their own: with `error_type` `cancelled` or `aborted`. Where only
/// answers matter, ask for `error_type=""`. What has no convention keeps its name with the labels renamed:
/// `http_response_head_seconds`, `http_streams_in_flight`, `http_stream_duration_seconds`. Everything that is
/// not about HTTP stays as it is: `function_*`, `slo_events_total`, `goldsignal_*`. So do log lines.
///
/// Histograms appear when they first have something to tell, so under the conventions no request stands at zero
/// before the first. Alerts on objectives rest on `slo_events_total`, which does. What `goldsignal::operate`
/// generates asks for the names that the facts tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Naming {
    /// The short names of goldsignal.
    #[default]
    Goldsignal,
    /// The OpenTelemetry semantic conventions.
    OpenTelemetry {
        /// How clients speak to the service: `http`, or `https` where it ends TLS itself. The conventions want
        /// it as a label, and a request does not tell.
        url_scheme: &'static str,
    },
}

/// The families of a naming that have one of their own, and its labels.
#[derive(Debug)]
pub(crate) struct Names {
    /// The family that counts requests.
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

/// Requests were counted under other names already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateNaming {
    /// The naming in use.
    pub settled: Naming,
    /// The one that was asked for.
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
