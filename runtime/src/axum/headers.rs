//! Reads the headers of requests and responses.

use axum::body::Body;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use http_body::Body as _;

use super::endless;
use crate::declare::Outcome;
use crate::declare::grpc;
use crate::observe::context::{TRACEPARENT, TraceContext, TraceState};
#[cfg(feature = "traces")]
use crate::observe::observation::Observation;
use crate::observe::observation::Remote;
use crate::observe::request::Request;
use crate::observe::request_id::RequestId;
#[cfg(feature = "traces")]
use crate::observe::sampling::sampler;
use crate::observe::verdict::{HasVerdict, Verdict};

// Statics, because each use of a constant would construct and drop a `HeaderName`.
static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
static GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
static TRACEPARENT_NAME: HeaderName = TRACEPARENT;

/// The request id and the trace context that the client sent.
///
/// All headers are read in one pass, and names are compared by their length first. A lookup by name would hash every name that
/// `http` does not know byte by byte.
#[inline]
pub(super) fn request_id_and_trace(headers: &HeaderMap) -> (Option<&[u8]>, Option<Remote>) {
    let (mut id, mut trace) = (None, None);
    for (name, value) in headers {
        match name.as_str() {
            "x-request-id" => id = id.or(Some(value.as_bytes())),
            "traceparent" => trace = trace.or(Some(value)),
            _ => {}
        }
    }
    (id, trace.and_then(|value| remote_parent(headers, value)))
}

/// The client's span, which `traceparent` names. A request with two such headers begins a trace of its own, as the standard
/// demands (<https://www.w3.org/TR/trace-context/#traceparent-header>). Spaces and tabs around a header's value are not part of
/// it (RFC 9110, section 5.5).
#[cold]
fn remote_parent(headers: &HeaderMap, traceparent: &HeaderValue) -> Option<Remote> {
    let is_one = headers.get_all(&TRACEPARENT_NAME).iter().nth(1).is_none();
    let trace = TraceContext::parse(traceparent.as_bytes().trim_ascii()).filter(|_| is_one)?;
    Some((trace, TraceState::of(headers)))
}

/// Sets the response's `x-request-id`, for a service that has set none.
#[inline]
pub(super) fn set_request_id(headers: &mut HeaderMap, id: &RequestId) {
    // A constant is moved into the map, where a static would be cloned.
    const NAME: HeaderName = HeaderName::from_static("x-request-id");
    if let Some(id) = id.header_value() {
        headers.append(NAME, id);
    }
}

/// Tells the client the span of its request, if the service wants that, as a member of `server-timing`
/// (<https://www.w3.org/TR/server-timing/>), which scripts on a page can read.
#[cfg(feature = "traces")]
#[cold]
pub(super) fn announce_span(headers: &mut HeaderMap, observation: &Observation) {
    const NAME: HeaderName = HeaderName::from_static("server-timing");
    let announces = sampler(observation.store.get()).is_some_and(|sampler| sampler.announces());
    let Some(trace) = observation.trace().filter(|_| announces) else { return };
    let member = format!("traceparent;desc=\"{}\"", trace.traceparent());
    if let Ok(value) = HeaderValue::try_from(member) {
        headers.append(NAME, value);
    }
}

/// Adopts the `x-request-id` that the service or one of its layers has set in `headers`, because the client will search the log
/// for that id.
#[cold]
pub(super) fn adopt_request_id(request: &Request, headers: &HeaderMap) {
    if let Some(id) = headers.get(&REQUEST_ID) {
        request.adopt_id(id.as_bytes());
    }
}

/// What the head of a response states.
#[derive(Clone, Copy, Debug)]
pub(super) struct ResponseHead {
    /// From `grpc-status` if there is one, else from the HTTP status.
    pub(super) verdict: Verdict,
    /// The service has set `x-request-id` itself.
    pub(super) has_request_id: bool,
    pub(super) is_event_stream: bool,
    /// How many bytes the body has, if that is known.
    pub(super) length: Option<u64>,
    /// `grpc-status` may follow the last byte of the body.
    pub(super) may_have_trailers: bool,
}

impl ResponseHead {
    /// The head of a response that was not read yet.
    pub(super) const UNREAD: Self = Self {
        verdict: Verdict::OK,
        has_request_id: false,
        is_event_stream: false,
        length: None,
        may_have_trailers: false,
    };

    /// Reads the head of `response`. Of headers with one name the first counts.
    #[inline]
    pub(super) fn read<B>(&mut self, response: &Response<B>) {
        let status = response.status().as_u16();
        self.verdict.status = Some(status);
        if status >= 400 {
            self.verdict = response.own_verdict();
        }
        let mut kind = None;
        for (name, value) in response.headers() {
            // Names of `http` are compared by their number. Most responses have no others.
            if *name == CONTENT_TYPE {
                kind = kind.or(Some(value));
            } else if *name != CONTENT_LENGTH {
                self.read_header(name, response.headers());
            }
        }
        if let Some(kind) = kind {
            self.is_event_stream = endless::is_event_stream(kind);
            self.may_have_trailers |= is_grpc(kind);
        }
    }

    /// Reads a header that fewer responses have.
    #[inline(never)]
    fn read_header(&mut self, name: &HeaderName, headers: &HeaderMap) {
        match name.as_str() {
            "x-request-id" => self.has_request_id = true,
            "grpc-status" => self.read_grpc_status(headers),
            "trailer" => self.may_have_trailers = true,
            _ => {}
        }
    }

    #[cold]
    fn read_grpc_status(&mut self, headers: &HeaderMap) {
        let grpc = grpc_status(headers).filter(|_| self.verdict.outcome == Outcome::Ok);
        if let Some(grpc) = grpc {
            self.verdict = Verdict { status: self.verdict.status, ..grpc };
        }
    }

    /// Reads the length of the body. Servers write as many bytes as the body states, if it knows that, else as many as the
    /// header declares.
    #[inline]
    pub(super) fn read_length(&mut self, response: &Response<Body>) {
        self.length = response.body().size_hint().exact();
        if self.length.is_none() {
            self.length = content_length(response.headers());
        }
    }
}

/// Request methods by what they allow of the response's body (RFC 9110, section 6.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MethodKind {
    /// The status alone decides whether there is a body.
    Other,
    /// No response has a body.
    Head,
    /// A 2xx has no body: the connection becomes a tunnel.
    Connect,
}

impl MethodKind {
    pub(super) fn of(method: &Method) -> Self {
        match *method {
            Method::HEAD => Self::Head,
            Method::CONNECT => Self::Connect,
            _ => Self::Other,
        }
    }

    /// Whether a response with this status has no body, so that the server drops it without polling it.
    #[inline]
    pub(super) fn forbids_body(self, status: StatusCode) -> bool {
        let by_status = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        by_status
            || status.is_informational()
            || self == Self::Head
            || (self == Self::Connect && status.is_success())
    }
}

/// The value of the first `content-length`.
#[inline(never)]
fn content_length(headers: &HeaderMap) -> Option<u64> {
    parse_content_length(headers.get(CONTENT_LENGTH)?)
}

/// Parses `content-length`. Like servers, accepts digits only.
fn parse_content_length(value: &HeaderValue) -> Option<u64> {
    let bytes = value.as_bytes();
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u64::from(byte - b'0'));
    let add = |sum: u64, byte| sum.checked_mul(10)?.checked_add(digit(byte)?);
    bytes.iter().try_fold(0, add).filter(|_| !bytes.is_empty())
}

fn is_grpc(kind: &HeaderValue) -> bool {
    kind.as_bytes().starts_with(b"application/grpc")
}

/// The verdict of `grpc-status` in a head or in trailers.
pub(super) fn grpc_status(trailers: &HeaderMap) -> Option<Verdict> {
    parse_grpc_status(trailers.get(&GRPC_STATUS)?)
}

/// Parses `grpc-status`, from a head without a body or from trailers.
fn parse_grpc_status(value: &HeaderValue) -> Option<Verdict> {
    let code: usize = value.to_str().ok()?.trim().parse().ok()?;
    if code == 0 {
        return Some(Verdict::OK);
    }
    let outcome = Outcome::of_blame(grpc::blame(code));
    Some(Verdict { outcome, error_type: grpc::name(code), ..Verdict::OK })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_wherever_its_headers_stand() {
        let mut response = Response::new(());
        let said = |response: &Response<()>| {
            let mut head = ResponseHead::UNREAD;
            head.read(response);
            let ResponseHead { verdict, has_request_id, is_event_stream, .. } = head;
            (verdict.outcome, has_request_id, is_event_stream)
        };
        assert_eq!(said(&response), (Outcome::Ok, false, false));
        for (name, value) in [
            ("x-other", "1"),
            ("content-type", "text/event-stream"),
            ("x-request-id", "own"),
            ("grpc-status", "13"),
        ] {
            response.headers_mut().append(name, HeaderValue::from_static(value));
        }
        assert_eq!(said(&response), (Outcome::ServerError, true, true));
    }

    #[test]
    fn of_headers_with_one_name_the_first_counts() {
        let mut headers = HeaderMap::new();
        for id in ["first", "second"] {
            headers.append(&REQUEST_ID, HeaderValue::from_static(id));
        }
        assert_eq!(request_id_and_trace(&headers).0, Some(&b"first"[..]));
    }
    #[test]
    fn two_traceparents_begin_a_new_trace() {
        let mut headers = HeaderMap::new();
        let value = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        headers.append(&TRACEPARENT_NAME, HeaderValue::from_static(value));
        let trace_id =
            |headers: &HeaderMap| request_id_and_trace(headers).1.map(|(trace, _)| trace.trace_id);
        assert_eq!(trace_id(&headers), Some(0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c));
        let spaced =
            HeaderValue::from_static(" 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\t");
        let spaced = HeaderMap::from_iter([(TRACEPARENT_NAME.clone(), spaced)]);
        assert_eq!(trace_id(&spaced), trace_id(&headers));
        headers.append(&TRACEPARENT_NAME, HeaderValue::from_static(value));
        assert_eq!(trace_id(&headers), None);
    }

    #[test]
    fn a_content_length_is_digits_alone() {
        let read = |text| parse_content_length(&HeaderValue::from_static(text));
        assert_eq!(read("0"), Some(0));
        assert_eq!(read("18446744073709551615"), Some(u64::MAX));
        for text in ["", "+1", "1 ", "1,1", "0x1", "18446744073709551616"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn methods_and_statuses_forbid_bodies() {
        let forbids = |method, status| MethodKind::of(&method).forbids_body(status);
        for status in [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED, StatusCode::EARLY_HINTS] {
            assert!(forbids(Method::GET, status), "{status}");
        }
        assert!(!forbids(Method::GET, StatusCode::OK));
        assert!(forbids(Method::HEAD, StatusCode::OK));
        assert!(forbids(Method::CONNECT, StatusCode::OK));
        assert!(!forbids(Method::CONNECT, StatusCode::BAD_GATEWAY));
    }
}
