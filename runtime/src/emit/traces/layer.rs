//! Exports the service's own `tracing` spans and events as children of the enclosing observation.

use std::sync::Arc;
use std::time::SystemTime;

use tracing_core::field::{Field, Visit};
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Event, Interest, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::Tracer;
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
use crate::observe::recorded_span::{RecordedSpan, SpanEnd, SpanSubject};
use crate::observe::sampling;
use crate::observe::span_recorder::SpanEvent;
use crate::observe::stored_fields::Fields;
use crate::observe::suppress;
use crate::record::clock::Reading;
use crate::record::sampler::TraceSampler;

/// Creates spans for the exporter from `tracing` spans that begin within sampled observations.
#[derive(Debug)]
pub(crate) struct SpanLayer(());

/// A span that has begun.
struct Begun {
    entered: EnteredSpan,
    tracer: Arc<dyn TraceSampler>,
    tracestate: Option<TraceState>,
    started: Reading,
    span: Box<RecordedSpan>,
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
        let is_recorded = |observation: &Observation| {
            (observation.is_pending() || observation.trace().is_some_and(|trace| trace.sampled))
                && sampling::sampler(observation.store.get()).is_some()
        };
        // One of our spans may be entered in another task, where no observation is current.
        current::innermost(is_recorded).unwrap_or(false)
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
            span.extensions().get::<Begun>().map(|begun| {
                (begun.entered.clone(), Arc::clone(&begun.tracer), begun.tracestate.clone())
            })
        });
        let explicit = attributes.parent().is_some();
        let Some((entered, tracer, tracestate)) = parent(outer, explicit) else { return };
        let trace = TraceContext { span_id: random_span(), ..entered.trace.child() };
        let mut span = match &entered.pending {
            Some(pending) => RecordedSpan::within(Arc::clone(pending)),
            None => RecordedSpan::sampled(false),
        };
        attributes.record(&mut into(&mut span.attributes));
        let entered = EnteredSpan { trace, ..entered };
        let begun = Begun { entered, tracer, tracestate, started: Reading::now(), span };
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
            begun.span.attributes.extend(&fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let here = current::innermost(Observation::trace).flatten();
        let innermost =
            entered::innermost(here).zip(cx.lookup_current()).filter(|(entered, span)| {
                let extensions = span.extensions();
                let begun = extensions.get::<Begun>();
                begun.is_some_and(|begun| begun.entered.trace == entered.trace)
            });
        // Formats before it locks the span: a `Display` may log.
        let noted = noted(event);
        if let Some((_, span)) = innermost {
            if let Some(begun) = span.extensions_mut().get_mut::<Begun>() {
                begun.span.note(noted);
            }
            return;
        }
        current::innermost(|observation| observation.note(noted));
    }

    fn on_enter(&self, id: &Id, cx: Context<'_, S>) {
        let entered =
            cx.span(id).and_then(|span| Some(span.extensions().get::<Begun>()?.entered.clone()));
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
        let pending = observation.pending().filter(|pending| !pending.is_dropped());
        let trace = observation.trace().filter(|trace| trace.sampled || pending.is_some())?;
        let tracer = Arc::clone(sampling::sampler(observation.store.get())?);
        let entered = EnteredSpan { trace, within: trace.span_id, pending };
        Some((entered, tracer, observation.tracestate().cloned()))
    });
    match (outer, here.flatten()) {
        (Some(outer), Some(here)) if !explicit && outer.0.within != here.0.within => Some(here),
        (Some(outer), _) => Some(outer),
        (None, here) => here,
    }
}

fn end(begun: Begun, metadata: &'static Metadata<'static>) {
    let Begun { entered, tracer, tracestate, started, mut span } = begun;
    let Some(tracer) = Tracer::of_sampler(&*tracer) else { return };
    span.end = Some(SpanEnd {
        trace: entered.trace,
        tracestate,
        started,
        elapsed: Reading::now().since(started),
        subject: SpanSubject::Own { metadata },
        ended: None,
        notable: None,
    });
    tracer.end(span);
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
