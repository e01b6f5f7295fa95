//! Exports the service's own `tracing` spans and events as children of the enclosing observation.

use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use tracing_core::field::{Field, Visit};
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Event, Interest, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::Tracer;
use super::attributes::{attributes, event};
use super::span::{SCOPE, context, span_id};
use crate::declare::FieldValue;
use crate::log::callsite::is_closing;
use crate::log::exclusive_interest;
use crate::log::field_visitor::FieldVisitor;
use crate::log::guard::Guard;
use crate::log::live_filter::LiveFilter;
use crate::observe::context::{TraceContext, TraceState, random_span};
use crate::observe::current;
use crate::observe::entered::{self, EnteredSpan};
use crate::observe::observation::Observation;
use crate::observe::span_recorder::{self, SpanEvent};
use crate::observe::stored_fields::Fields;
use crate::observe::suppress;
use crate::record::sampler::TraceSampler;

/// Creates spans for the exporter from `tracing` spans that begin within sampled observations.
#[derive(Debug)]
pub(crate) struct SpanLayer(());

/// A span that has begun.
struct Begun {
    entered: EnteredSpan,
    tracer: Arc<dyn TraceSampler>,
    tracestate: Option<TraceState>,
    started: SystemTime,
    fields: Fields,
    events: Vec<SpanEvent>,
}

impl SpanLayer {
    pub(crate) const fn new() -> Self {
        Self(())
    }

    /// Whether a callsite is never exported: the closing event duplicates the observation's span.
    pub(crate) fn takes(metadata: &Metadata<'_>) -> bool {
        !is_closing(metadata)
    }

    /// Whether spans and events of the running code are exported at all.
    pub(crate) fn awake<S>(_: &Metadata<'_>, cx: &Context<'_, S>) -> bool
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let sampled = |observation: &Observation| {
            observation.trace().is_some_and(|trace| trace.sampled)
                && span_recorder::sampler(observation.store.get()).is_some()
        };
        // One of our spans may be entered in another task, where no observation is current.
        current::innermost(sampled).unwrap_or(false)
            || (cx.lookup_current().is_some() && !suppress::suppressed())
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for SpanLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        let outer = match attributes.parent() {
            Some(parent) => cx.span(parent),
            None if attributes.is_contextual() => cx.lookup_current(),
            None => None,
        };
        let outer = outer.and_then(|span| {
            span.extensions()
                .get::<Begun>()
                .map(|begun| (begun.entered, Arc::clone(&begun.tracer), begun.tracestate.clone()))
        });
        let explicit = attributes.parent().is_some();
        let Some((entered, tracer, tracestate)) = parent(outer, explicit) else { return };
        let trace = TraceContext { span_id: random_span(), ..entered.trace.child() };
        let entered = EnteredSpan { trace, within: entered.within };
        let (started, mut fields, events) = (SystemTime::now(), Fields::default(), Vec::new());
        attributes.record(&mut into(&mut fields));
        let begun = Begun { entered, tracer, tracestate, started, fields, events };
        if let Some(span) = cx.span(id) {
            span.extensions_mut().insert(begun);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, cx: Context<'_, S>) {
        // Formats before it locks the span: a `Display` may log, and a line reads the span.
        let mut fields = Fields::default();
        values.record(&mut into(&mut fields));
        let Some(span) = cx.span(id) else { return };
        if let Some(begun) = span.extensions_mut().get_mut::<Begun>() {
            begun.fields.extend(&fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let here = current::innermost(Observation::trace).flatten();
        let innermost =
            entered::innermost(here).zip(cx.lookup_current()).filter(|(entered, span)| {
                let extensions = span.extensions();
                extensions.get::<Begun>().is_some_and(|begun| begun.entered.trace == *entered)
            });
        // Formats before it locks the span: a `Display` may log.
        let noted = noted(event);
        if let Some((_, span)) = innermost {
            match span.extensions_mut().get_mut::<Begun>() {
                Some(begun) if begun.events.len() < SpanEvent::MAX => begun.events.push(noted),
                _ => {}
            }
            return;
        }
        current::innermost(|observation| observation.note(noted));
    }

    fn on_enter(&self, id: &Id, cx: Context<'_, S>) {
        let entered =
            cx.span(id).and_then(|span| span.extensions().get::<Begun>().map(|b| b.entered));
        if let Some(entered) = entered {
            entered::enter(id, entered);
        }
    }

    fn on_exit(&self, id: &Id, _: Context<'_, S>) {
        entered::exit(id);
    }

    fn on_close(&self, id: Id, cx: Context<'_, S>) {
        let Some(span) = cx.span(&id) else { return };
        let begun = span.extensions_mut().remove::<Begun>();
        if let Some(begun) = begun {
            end(begun, span.metadata());
        }
    }
}

/// Disables spans that neither [`SpanLayer`] nor the log takes, in a subscriber with both. A
/// layer's own filter would leave such spans to the registry, because [`SpanLayer`] decides on each
/// span.
#[derive(Debug)]
pub(crate) struct SpanGate(LiveFilter);

impl SpanGate {
    pub(crate) const fn new(filter: LiveFilter) -> Self {
        Self(filter)
    }

    fn takes(&self, metadata: &Metadata<'_>) -> bool {
        self.0.would_enable(metadata.target(), *metadata.level())
    }
}

impl<S: Subscriber> Layer<S> for SpanGate {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        match metadata.is_span() {
            true if self.takes(metadata) => Interest::always(),
            true => Interest::never(),
            // While probing, pass-through layers answer `never`.
            false if exclusive_interest::is_asked() => Interest::never(),
            false => Interest::always(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        !metadata.is_span() || self.takes(metadata)
    }
}

type Parent = (EnteredSpan, Arc<dyn TraceSampler>, Option<TraceState>);

/// The parent of a span: the `tracing` span `outer`, if it is within the current observation or was
/// named as the parent, else the observation.
fn parent(outer: Option<Parent>, explicit: bool) -> Option<Parent> {
    let here = current::innermost(|observation| {
        let trace = observation.trace().filter(|trace| trace.sampled)?;
        let tracer = Arc::clone(span_recorder::sampler(observation.store.get())?);
        let entered = EnteredSpan { trace, within: trace.span_id };
        Some((entered, tracer, observation.tracestate().cloned()))
    });
    match (outer, here.flatten()) {
        (Some(outer), Some(here)) if !explicit && outer.0.within != here.0.within => Some(here),
        (Some(outer), _) => Some(outer),
        (None, here) => here,
    }
}

fn end(begun: Begun, metadata: &'static Metadata<'static>) {
    let trace = begun.entered.trace;
    let mut fields = Fields::default();
    fields.push("code.module.name", FieldValue::Text(metadata.target()));
    fields.extend(&begun.fields);
    let (attributes, dropped_attributes_count) = attributes(&fields);
    let mut events = SpanEvents::default();
    events.events = begun.events.into_iter().map(event).collect();
    let Some(tracer) = Tracer::of_sampler(&*begun.tracer) else { return };
    tracer.end(SpanData {
        span_context: context(trace, begun.tracestate.as_ref().map(TraceState::as_str)),
        parent_span_id: span_id(trace.parent_id.unwrap_or(0)),
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: metadata.name().into(),
        start_time: begun.started,
        end_time: SystemTime::now(),
        attributes,
        dropped_attributes_count,
        events,
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: SCOPE.clone(),
    });
}

fn noted(event: &Event<'_>) -> SpanEvent {
    let metadata = event.metadata();
    let mut attributes = Fields::default();
    attributes.push("level", FieldValue::Text(metadata.level().as_str()));
    event.record(&mut into(&mut attributes));
    // The name of a span event is its message.
    let name = attributes.take_text("message").unwrap_or_else(|| metadata.name().to_owned());
    SpanEvent { name, time: SystemTime::now(), attributes }
}

/// Converts fields of `tracing`, as far as their names permit.
fn into(fields: &mut Fields) -> impl Visit {
    FieldVisitor(|field: &Field, value: FieldValue<'_>| {
        Guard::of_static(field.name()).pass(value, |value| fields.push(field.name(), value));
    })
}
