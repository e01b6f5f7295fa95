//! The attributes of a request's span, by OpenTelemetry's semantic conventions
//! (<https://opentelemetry.io/docs/specs/semconv/http/http-spans/>).

use http::Request;
use http::header::{HOST, USER_AGENT};
use http::uri::Authority;

use crate::declare::FieldValue;
use crate::declare::OTHER;
use crate::log::truncate::at_most;
use crate::observe::endpoint::method_name;
use crate::observe::observation::Observation;
use crate::observe::stored_fields::Fields;

/// The longest value copied from a request, in bytes. Longer ones are truncated.
const MAX_VALUE_BYTES: usize = 256;

/// Adds the attributes that are known when a request begins.
pub(super) fn add_request<B>(request: &Request<B>, observation: &Observation, span: &mut Fields) {
    let (uri, headers) = (request.uri(), request.headers());
    let method = method_name(request.method());
    let mut text =
        |name, value: &str| span.push(name, FieldValue::Text(at_most(value, MAX_VALUE_BYTES)));
    text("http.request.method", method);
    if method == OTHER {
        text("http.request.method_original", request.method().as_str());
    }
    text("url.path", uri.path());
    text("url.scheme", uri.scheme_str().unwrap_or("http"));
    if let Some(id) = observation.request_id() {
        text("goldsignal.request_id", id.as_str());
    }
    if let Some(version) = version(request.version()) {
        text("network.protocol.version", version);
    }
    if let Some(agent) = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()) {
        text("user_agent.original", agent);
    }
    let host = || headers.get(HOST)?.to_str().ok()?.parse::<Authority>().ok();
    if let Some(authority) = uri.authority().cloned().or_else(host) {
        text("server.address", authority.host());
        if let Some(port) = authority.port_u16() {
            span.push("server.port", FieldValue::U64(port.into()));
        }
    }
}

fn version(version: http::Version) -> Option<&'static str> {
    match version {
        http::Version::HTTP_10 => Some("1.0"),
        http::Version::HTTP_11 => Some("1.1"),
        http::Version::HTTP_2 => Some("2"),
        http::Version::HTTP_3 => Some("3"),
        _ => None,
    }
}
