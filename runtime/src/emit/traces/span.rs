//! Builds the finished span of an observation, by OpenTelemetry's conventions: name, attributes,
//! status.

use std::borrow::Cow;
use std::sync::LazyLock;
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::Tracer;
use super::attributes::{attributes, event};
use crate::declare::FieldValue;
use crate::declare::OTHER;
use crate::declare::Outcome;
use crate::declare::fault::status_text;
use crate::observe::context::{TraceContext, TraceState};
use crate::observe::ended::Ended;
use crate::observe::endpoint::{Endpoint, UNMATCHED};
use crate::observe::observation::Observation;
use crate::observe::request::Request;
use crate::observe::site::Site;
use crate::observe::span_recorder::RecordedSpan;
use crate::observe::verdict::Verdict;

/// The instrumentation scope of the spans.
pub(super) static SCOPE: LazyLock<InstrumentationScope> = LazyLock::new(|| {
    InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
        .with_version(env!("CARGO_PKG_VERSION"))
        .build()
});

/// Ends the span of a request. Its name contains the method and the route, never the path.
#[inline]
pub(crate) fn end_request(
    observation: &Observation,
    request: (&Request, &'static Endpoint),
    ended: &Ended,
) {
    if let Some(data) = observation.recorder.take() {
        end_recorded_request(*data, observation, request, ended);
    }
}

fn end_recorded_request(
    mut data: RecordedSpan,
    observation: &Observation,
    (request, endpoint): (&Request, &'static Endpoint),
    ended: &Ended,
) {
    let matched = endpoint.path != UNMATCHED && endpoint.path != OTHER;
    // The conventions' value for unknown methods.
    let method = if request.method == OTHER { "HTTP" } else { request.method };
    let name = if matched {
        data.attributes.push("http.route", FieldValue::Text(endpoint.path));
        Cow::Owned(format!("{method} {}", endpoint.path))
    } else {
        Cow::Borrowed(method)
    };
    if let Some(status) = ended.verdict.status {
        data.attributes.push("http.response.status_code", FieldValue::U64(status.into()));
    }
    let sizes = [
        ("http.request.body.size", ended.transfer.received),
        ("http.response.body.size", ended.transfer.sent),
    ];
    for (name, size) in sizes {
        data.attributes.push(name, size.map_or(FieldValue::Empty, FieldValue::U64));
    }
    end(data, observation, (name, SpanKind::Server), ended);
}

/// Ends the span of a call. Its name is the operation's, as in `function_calls_total`.
#[inline]
pub(crate) fn end_call(observation: &Observation, site: &'static Site, ended: &Ended) {
    if let Some(data) = observation.recorder.take() {
        end_recorded_call(*data, observation, site, ended);
    }
}

fn end_recorded_call(
    mut data: RecordedSpan,
    observation: &Observation,
    site: &'static Site,
    ended: &Ended,
) {
    let name = site.operation.name;
    data.attributes.push("code.function.name", FieldValue::Text(name));
    end(data, observation, (Cow::Borrowed(name), SpanKind::Internal), ended);
}

fn end(
    mut data: RecordedSpan,
    observation: &Observation,
    (name, span_kind): (Cow<'static, str>, SpanKind),
    ended: &Ended,
) {
    let Ended { fields, elapsed, verdict, .. } = ended;
    let (Some(tracer), Some(trace)) = (Tracer::of(observation.store.get()), observation.trace())
    else {
        return;
    };
    let outcome = FieldValue::Text(verdict.outcome.as_str());
    data.attributes.push("goldsignal.outcome", outcome);
    let error_type = error_type(*verdict);
    if let Some(error_type) = error_type {
        data.attributes.push("error.type", FieldValue::Text(error_type));
    }
    let status = status(*verdict, error_type, &span_kind);
    // Appended after the conventions' attributes: a captured field does not replace them.
    let own: Vec<_> = data.attributes.iter().map(|(name, _)| name).collect();
    for (name, value) in fields.fields().iter().filter(|(name, _)| !own.contains(name)) {
        data.attributes.push(name, value);
    }
    let (attributes, dropped_attributes_count) = attributes(&data.attributes);
    let mut events = SpanEvents::default();
    events.events = data.events.into_iter().map(event).collect();
    tracer.end(SpanData {
        span_context: context(trace, observation.tracestate().map(TraceState::as_str)),
        parent_span_id: span_id(trace.parent_id.unwrap_or(0)),
        parent_span_is_remote: data.remote_parent,
        span_kind,
        name,
        start_time: data.started,
        end_time: data.started + Duration::from_nanos(*elapsed),
        attributes,
        dropped_attributes_count,
        events,
        links: SpanLinks::default(),
        status,
        instrumentation_scope: SCOPE.clone(),
    });
}

/// The ids of a span as the SDK has them.
pub(super) fn context(trace: TraceContext, tracestate: Option<&str>) -> SpanContext {
    let state = tracestate.and_then(|state| state.parse().ok()).unwrap_or_default();
    let id = TraceId::from_bytes(trace.trace_id.to_be_bytes());
    SpanContext::new(id, span_id(trace.span_id), TraceFlags::SAMPLED, false, state)
}

pub(super) fn span_id(id: u64) -> SpanId {
    SpanId::from_bytes(id.to_be_bytes())
}

/// The error type: a named fault, else the status of a failure, else the outcome. A client error
/// without a name has none.
fn error_type(verdict: Verdict) -> Option<&'static str> {
    let named = Some(verdict.error_type).filter(|named| !named.is_empty() && *named != OTHER);
    let failed = verdict.outcome.is_failure();
    let answered = verdict.status.filter(|status| failed && *status >= 500).map(status_text);
    let ended = match verdict.outcome {
        Outcome::Panic => Some("panic"),
        Outcome::ServerError | Outcome::Error => Some(OTHER),
        _ => None,
    };
    named.or_else(|| if verdict.outcome == Outcome::Panic { ended } else { answered.or(ended) })
}

/// Only failures of this service are errors; client errors and requests that were cut short are
/// not.
fn status(verdict: Verdict, error_type: Option<&'static str>, kind: &SpanKind) -> Status {
    if !verdict.outcome.is_failure() {
        return Status::Unset;
    }
    // The status code gives the reason already.
    let answered = *kind == SpanKind::Server && verdict.status.is_some();
    let why = error_type.filter(|_| !answered || verdict.outcome == Outcome::Panic);
    Status::error(why.unwrap_or_default())
}
