//! Builds a span for the exporter, by OpenTelemetry's conventions: name, attributes, status.

use std::borrow::Cow;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use opentelemetry::InstrumentationScope;
use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId};
use opentelemetry_sdk::trace::{SpanData, SpanLinks};
use tracing_core::Metadata;

use super::attributes::events;
use crate::declare::FieldValue;
use crate::declare::OTHER;
use crate::declare::Outcome;
use crate::declare::fault::status_text;
use crate::observe::context::{TraceContext, TraceState};
use crate::observe::ended::Ended;
use crate::observe::endpoint::{Endpoint, UNMATCHED};
use crate::observe::recorded_span::{RecordedSpan, SpanEnd, SpanSubject};
use crate::observe::site::Site;
use crate::observe::stored_fields::Fields;
use crate::observe::verdict::Verdict;
use crate::record::clock::Reading;

/// The instrumentation scope of the spans.
static SCOPE: LazyLock<InstrumentationScope> = LazyLock::new(|| {
    InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
        .with_version(env!("CARGO_PKG_VERSION"))
        .build()
});

/// The span for the exporter; `at` is now.
pub(super) fn of(span: &mut RecordedSpan, at: Now, is_kept: bool) -> Option<SpanData> {
    let SpanEnd { trace, tracestate, started, elapsed, subject, ended, .. } = span.end.take()?;
    let attributes = &mut span.attributes;
    let described = match (subject, ended) {
        (SpanSubject::Request { method, endpoint }, Some(ended)) => {
            request(attributes, (method, endpoint), &ended)
        }
        (SpanSubject::Call { site }, Some(ended)) => call(attributes, site, &ended),
        (SpanSubject::Own { metadata }, _) => own(attributes, metadata),
        _ => return None,
    };
    let Described { name, span_kind, status } = described;
    let start_time = span.started.unwrap_or_else(|| at.of(started));
    let (attributes, dropped_attributes_count) = super::attributes::attributes(attributes);
    let tracestate = tracestate.as_ref().map(TraceState::as_str);
    let tracestate =
        tracestate.map(|state| if is_kept { without_threshold(state) } else { state.into() });
    Some(SpanData {
        span_context: context(trace, tracestate.as_deref()),
        parent_span_id: span_id(trace.parent_id.unwrap_or(0)),
        parent_span_is_remote: span.remote_parent,
        span_kind,
        name,
        start_time,
        end_time: start_time + Duration::from_nanos(elapsed),
        attributes,
        dropped_attributes_count,
        events: events(span.events.drain(..), span.dropped_events),
        links: SpanLinks::default(),
        status,
        instrumentation_scope: SCOPE.clone(),
    })
}

/// One moment, by both clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now(SystemTime, Reading);

impl Now {
    pub(super) fn read() -> Self {
        Self(SystemTime::now(), Reading::now())
    }

    /// The time of an earlier reading.
    fn of(self, earlier: Reading) -> SystemTime {
        self.0 - Duration::from_nanos(self.1.since(earlier))
    }
}

/// What depends on the subject of a span.
struct Described {
    name: Cow<'static, str>,
    span_kind: SpanKind,
    status: Status,
}

/// The span of a request. Its name contains the method and the route, never the path.
fn request(
    attributes: &mut Fields,
    (method, endpoint): (&'static str, &'static Endpoint),
    ended: &Ended,
) -> Described {
    let matched = endpoint.path != UNMATCHED && endpoint.path != OTHER;
    // The conventions' value for unknown methods.
    let method = if method == OTHER { "HTTP" } else { method };
    let name = if matched {
        attributes.push("http.route", FieldValue::Text(endpoint.path));
        Cow::Owned(format!("{method} {}", endpoint.path))
    } else {
        Cow::Borrowed(method)
    };
    if let Some(status) = ended.verdict.status {
        attributes.push("http.response.status_code", FieldValue::U64(status.into()));
    }
    let sizes = [
        ("http.request.body.size", ended.transfer.received),
        ("http.response.body.size", ended.transfer.sent),
    ];
    for (name, size) in sizes {
        attributes.push(name, size.map_or(FieldValue::Empty, FieldValue::U64));
    }
    observed(attributes, (name, SpanKind::Server), ended)
}

/// The span of a call. Its name is the operation's, as in `function_calls_total`.
fn call(attributes: &mut Fields, site: &'static Site, ended: &Ended) -> Described {
    let name = site.operation.name;
    attributes.push("code.function.name", FieldValue::Text(name));
    if let Some(tool) = site.operation.tool {
        return tool_call(attributes, tool, ended);
    }
    observed(attributes, (Cow::Borrowed(name), SpanKind::Internal), ended)
}

/// The span of a tool call, by the conventions for the Model Context Protocol
/// (<https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/>). By them each error of a tool is one of the span.
fn tool_call(attributes: &mut Fields, tool: &'static str, ended: &Ended) -> Described {
    attributes.push("mcp.method.name", FieldValue::Text("tools/call"));
    attributes.push("gen_ai.tool.name", FieldValue::Text(tool));
    attributes.push("gen_ai.operation.name", FieldValue::Text("execute_tool"));
    let name = format!("tools/call {tool}").into();
    let described = observed(attributes, (name, SpanKind::Server), ended);
    match error_type(ended.verdict) {
        Some(error_type) => Described { status: Status::error(error_type), ..described },
        None => described,
    }
}

fn observed(
    attributes: &mut Fields,
    (name, span_kind): (Cow<'static, str>, SpanKind),
    ended: &Ended,
) -> Described {
    let Ended { fields, verdict, .. } = ended;
    attributes.push("goldsignal.outcome", FieldValue::Text(verdict.outcome.as_str()));
    let error_type = error_type(*verdict);
    if let Some(error_type) = error_type {
        attributes.push("error.type", FieldValue::Text(error_type));
    }
    let status = status(*verdict, error_type, &span_kind);
    // Appended after the conventions' attributes: a captured field does not replace them.
    let own: Vec<_> = attributes.iter().map(|(name, _)| name).collect();
    for (name, value) in fields.fields().iter().filter(|(name, _)| !own.contains(name)) {
        attributes.push(name, value);
    }
    Described { name, span_kind, status }
}

/// A `tracing` span of the service.
fn own(attributes: &mut Fields, metadata: &'static Metadata<'static>) -> Described {
    let mut all = Fields::default();
    all.push("code.module.name", FieldValue::Text(metadata.target()));
    all.extend(attributes);
    *attributes = all;
    let name = metadata.name().into();
    Described { name, span_kind: SpanKind::Internal, status: Status::Unset }
}

/// A `tracestate` for a span that no probability selected: it has no `th`, from which a reader would
/// compute for how many spans it stands
/// (<https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/>).
fn without_threshold(tracestate: &str) -> Cow<'_, str> {
    let Some(entry) = tracestate.split(',').find_map(|member| member.strip_prefix("ot=")) else {
        return tracestate.into();
    };
    let rest: Vec<_> = entry.split(';').filter(|part| !part.starts_with("th:")).collect();
    let members = tracestate.split(',').filter_map(|member| match member.starts_with("ot=") {
        true if rest.is_empty() => None,
        true => Some(format!("ot={}", rest.join(";"))),
        false => Some(member.to_owned()),
    });
    members.collect::<Vec<_>>().join(",").into()
}

/// The ids of a span as the SDK has them.
fn context(trace: TraceContext, tracestate: Option<&str>) -> SpanContext {
    let state = tracestate.and_then(|state| state.parse().ok()).unwrap_or_default();
    let id = TraceId::from_bytes(trace.trace_id.to_be_bytes());
    SpanContext::new(id, span_id(trace.span_id), TraceFlags::SAMPLED, false, state)
}

fn span_id(id: u64) -> SpanId {
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
