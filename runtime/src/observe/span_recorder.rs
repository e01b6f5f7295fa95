//! Records the span of a sampled observation: the data that its closing event does not contain.
//!
//! An unsampled observation has none, and pays one branch.

#[cfg(feature = "traces")]
use std::cell::Cell;
use std::fmt;
#[cfg(feature = "traces")]
use std::sync::Arc;
use std::time::SystemTime;

use super::context::{TraceContext, random_span};
use super::current;
#[cfg(feature = "traces")]
use super::entered;
use super::observation::Observation;
use super::stored_fields::Fields;
#[cfg(feature = "traces")]
use super::suppress;
#[cfg(feature = "traces")]
use crate::record::sampler::TraceSampler;
use crate::record::store::Store;

/// An event within a span: a `tracing` event.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "traces"), expect(dead_code, reason = "nobody takes spans"))]
pub(crate) struct SpanEvent {
    pub(crate) name: String,
    pub(crate) time: SystemTime,
    pub(crate) attributes: Fields,
}

#[cfg(feature = "traces")]
impl SpanEvent {
    /// The most events of a span, as in OpenTelemetry's SDKs.
    pub(crate) const MAX: usize = 128;
}

/// The data of a span besides the observation's own.
#[cfg(feature = "traces")]
#[derive(Debug)]
pub(crate) struct RecordedSpan {
    pub(crate) started: SystemTime,
    /// Whether the parent span belongs to another process.
    pub(crate) remote_parent: bool,
    pub(crate) attributes: Fields,
    pub(crate) events: Vec<SpanEvent>,
}

/// The span that is being recorded, if any.
pub(crate) struct SpanRecorder {
    #[cfg(feature = "traces")]
    data: Cell<Option<Box<RecordedSpan>>>,
}

impl fmt::Debug for SpanRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpanRecorder").finish_non_exhaustive()
    }
}

impl SpanRecorder {
    /// Nothing is recorded.
    #[cfg_attr(
        feature = "traces",
        expect(clippy::declare_interior_mutable_const, reason = "each use creates a new value")
    )]
    pub(super) const NONE: Self = Self {
        #[cfg(feature = "traces")]
        data: Cell::new(None),
    };
}

/// The sampler for code that records to `store`, unless that code is exporting spans.
#[cfg(feature = "traces")]
#[inline]
pub(crate) fn sampler(store: &Store) -> Option<&Arc<dyn TraceSampler>> {
    store.sampler.get().filter(|_| !suppress::suppressed())
}

/// Whether an exporter takes spans of code that records to `store`.
#[inline]
pub(super) fn has_sampler(store: &Store) -> bool {
    #[cfg(feature = "traces")]
    let has = store.sampler.get().is_some();
    #[cfg(not(feature = "traces"))]
    let has = false;
    let _ = store;
    has
}

/// The trace context of a new request: the caller's, or a new one if an exporter takes spans, with the decision whether it is
/// sampled. Without either, the trace is begun when something needs its ids. Without an exporter, the caller's decision stays.
#[inline]
pub(super) fn sample(store: &Store, remote: Option<TraceContext>) -> Option<TraceContext> {
    #[cfg(feature = "traces")]
    if let Some(sampler) = sampler(store) {
        let mut trace = remote.unwrap_or_else(TraceContext::root);
        trace.sampled = sampler.samples(trace.trace_id, trace.parent_id.map(|_| trace.sampled));
        trace.known = true;
        return Some(trace);
    }
    let _ = store;
    remote
}

/// Whether a call outside of any observation may be in a trace. Without an exporter it is in none.
#[inline]
pub(super) fn may_be_in_trace(store: &Store) -> bool {
    #[cfg(feature = "traces")]
    let may_be = store.sampler.get().is_some() || entered::was_used();
    #[cfg(not(feature = "traces"))]
    let may_be = false;
    let _ = store;
    may_be
}

/// The trace context of a new call: within the enclosing trace. A call outside of any observation
/// begins a trace: at once if it is sampled, else on first use.
pub(super) fn enclosing(store: &Store) -> Option<TraceContext> {
    let outer = current::innermost(Observation::trace);
    #[cfg(feature = "traces")]
    let outer = match outer {
        Some(Some(outer)) if !outer.sampled => Some(Some(outer)),
        outer => entered::innermost(outer.flatten()).map(Some).or(outer),
    };
    match outer {
        Some(outer) => outer.map(|outer| {
            let child = outer.child();
            let span_id = if child.sampled { random_span() } else { 0 };
            TraceContext { span_id, ..child }
        }),
        None => begun(store),
    }
}

#[cfg(feature = "traces")]
fn begun(store: &Store) -> Option<TraceContext> {
    let sampler = sampler(store)?;
    let trace = TraceContext::root();
    Some(TraceContext { sampled: sampler.samples(trace.trace_id, None), known: true, ..trace })
}

#[cfg(not(feature = "traces"))]
const fn begun(_: &Store) -> Option<TraceContext> {
    None
}

impl SpanRecorder {
    /// Begins the span of an observation at `trace`, if that exists and is sampled.
    #[inline]
    pub(super) fn of(trace: Option<&TraceContext>, store: &Store, remote_parent: bool) -> Self {
        match trace {
            Some(trace) if trace.sampled => Self::begun(store, remote_parent),
            _ => Self::NONE,
        }
    }
}

#[cfg(not(feature = "traces"))]
#[expect(clippy::unused_self, reason = "as with the feature")]
impl SpanRecorder {
    pub(super) const fn begun(_: &Store, _: bool) -> Self {
        Self {}
    }

    pub(crate) const fn is_on(&self) -> bool {
        false
    }

    pub(crate) fn describe(&self, _: impl FnOnce(&mut Fields)) {}

    pub(crate) fn extend(&self, _: impl IntoIterator<Item = SpanEvent>) {}
}

#[cfg(feature = "traces")]
impl SpanRecorder {
    /// Begins the span, if an exporter takes it.
    #[cold]
    pub(super) fn begun(store: &Store, remote_parent: bool) -> Self {
        let data = sampler(store).map(|_| {
            let (attributes, events) = (Fields::default(), Vec::new());
            Box::new(RecordedSpan { started: SystemTime::now(), remote_parent, attributes, events })
        });
        Self { data: Cell::new(data) }
    }

    /// Whether a span is recorded.
    #[inline]
    pub(crate) fn is_on(&self) -> bool {
        let data = self.data.take();
        let is_on = data.is_some();
        self.data.set(data);
        is_on
    }

    /// Calls `f` with the attributes, if a span is recorded.
    pub(crate) fn describe(&self, f: impl FnOnce(&mut Fields)) {
        self.change(|data| f(&mut data.attributes));
    }

    /// Adds events.
    pub(crate) fn extend(&self, events: impl IntoIterator<Item = SpanEvent>) {
        self.change(|data| {
            let room = SpanEvent::MAX.saturating_sub(data.events.len());
            data.events.extend(events.into_iter().take(room));
        });
    }

    fn change(&self, change: impl FnOnce(&mut RecordedSpan)) {
        if let Some(mut data) = self.data.take() {
            change(&mut data);
            self.data.set(Some(data));
        }
    }

    /// Takes the span, to end it.
    #[inline]
    pub(crate) fn take(&self) -> Option<Box<RecordedSpan>> {
        self.data.take()
    }
}

#[cfg(all(test, feature = "testing", feature = "traces"))]
mod tests {
    use super::*;
    use crate::record::ambient::StoreRef;

    /// Samples every second trace, and follows the caller.
    #[derive(Debug)]
    struct Even;

    impl TraceSampler for Even {
        fn samples(&self, trace_id: u128, parent: Option<bool>) -> bool {
            parent.unwrap_or(trace_id % 2 == 0)
        }

        fn as_any(&self) -> &dyn std::any::Any {
            self
        }
    }

    fn sampling() -> StoreRef {
        let store = StoreRef::scoped();
        assert!(store.get().sampler.set(Arc::new(Even)).is_ok());
        store
    }

    fn trace(trace_id: u128, parent: Option<bool>) -> TraceContext {
        let sampled = parent.unwrap_or(false);
        TraceContext { trace_id, sampled, parent_id: parent.map(|_| 9), ..TraceContext::root() }
    }

    #[test]
    fn without_an_exporter_the_callers_decision_stays() {
        let (none, some) = (StoreRef::scoped(), sampling());
        assert!(!has_sampler(none.get()) && has_sampler(some.get()));
        for (trace_id, parent, expected) in
            [(2, None, true), (3, None, false), (2, Some(false), false), (3, Some(true), true)]
        {
            let remote = Some(trace(trace_id, parent));
            let sampled = sample(some.get(), remote).unwrap();
            assert_eq!((sampled.sampled, sampled.known), (expected, true));
            assert_eq!(sample(none.get(), remote), remote);
        }
        let begun = sample(some.get(), None).unwrap();
        assert_eq!((begun.sampled, begun.known), (begun.trace_id % 2 == 0, true));
        assert_eq!(sample(none.get(), None), None);
    }

    #[test]
    fn a_call_outside_of_any_observation_begins_a_trace_if_an_exporter_takes_it() {
        let (none, some) = (StoreRef::scoped(), sampling());
        assert!(enclosing(none.get()).is_none());
        assert!(may_be_in_trace(some.get()));
        for _ in 0..20 {
            let trace = enclosing(some.get()).unwrap();
            assert_eq!((trace.sampled, trace.known), (trace.trace_id % 2 == 0, true));
        }
    }

    fn events(number: usize) -> Vec<SpanEvent> {
        let (time, attributes) = (SystemTime::now(), Fields::default());
        vec![SpanEvent { name: "event".into(), time, attributes }; number]
    }

    #[test]
    fn a_sampled_span_is_recorded_once() {
        let store = sampling();
        let recorder = SpanRecorder::of(Some(&trace(2, Some(true))), store.get(), true);
        assert!(recorder.is_on());
        recorder.describe(|fields| fields.push("a", crate::declare::FieldValue::Bool(true)));
        recorder.extend(events(SpanEvent::MAX - 1));
        recorder.extend(events(3));
        let span = recorder.take().unwrap();
        assert_eq!((span.attributes.len(), span.events.len()), (1, SpanEvent::MAX));
        assert!(span.remote_parent);
        assert!(!recorder.is_on() && recorder.take().is_none());
        recorder.describe(|_| unreachable!("it was taken"));
    }

    #[test]
    fn nothing_is_recorded_that_nobody_takes() {
        let (none, some) = (StoreRef::scoped(), sampling());
        let sampled = trace(2, Some(true));
        assert!(!SpanRecorder::of(Some(&sampled), none.get(), false).is_on());
        assert!(!SpanRecorder::of(Some(&trace(2, Some(false))), some.get(), false).is_on());
        assert!(!SpanRecorder::of(None, some.get(), false).is_on());
        let exporting = std::thread::spawn(move || {
            suppress::suppress_thread();
            let recorder = SpanRecorder::of(Some(&sampled), some.get(), false);
            recorder.is_on() || enclosing(some.get()).is_some()
        });
        assert!(!exporting.join().unwrap(), "what exports spans creates none");
    }

    #[test]
    fn a_request_follows_the_decision_of_its_caller() {
        use crate::observe::observation::PooledObservation;
        let store = sampling();
        let remote = |sampled| Some((trace(2, Some(sampled)), None));
        let on = |remote: Option<&crate::observe::observation::Remote>| {
            let request = PooledObservation::request(&store, "GET", None, remote);
            (request.recorder.is_on(), request.sampled().is_some())
        };
        assert_eq!(on(remote(true).as_ref()), (true, true));
        assert_eq!(on(remote(false).as_ref()), (false, false));
    }
}
