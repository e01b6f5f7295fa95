//! The place of a new observation in a trace, and whether its span is recorded.
//!
//! It is recorded if the trace is sampled, or if the trace's end may export it nevertheless.

#[cfg(feature = "traces")]
use std::sync::Arc;

use super::context::{TraceContext, random_span};
use super::current;
#[cfg(feature = "traces")]
use super::entered;
use super::observation::Observation;
#[cfg(feature = "traces")]
use super::pending_trace::PendingTrace;
#[cfg(feature = "traces")]
use super::suppress;
#[cfg(feature = "traces")]
use crate::record::sampler::TraceSampler;
use crate::record::store::Store;

/// The place of a new observation in a trace.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) trace: TraceContext,
    #[cfg(feature = "traces")]
    pub(super) pending: Pending,
}

/// Whether spans wait for the end of their trace.
#[cfg(feature = "traces")]
#[derive(Debug)]
pub(super) enum Pending {
    /// No: they are exported, or nobody takes them.
    No,
    /// A new trace does. The end of its first span here decides on it.
    Begins,
    Within(Arc<PendingTrace>),
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

/// The place of a new request: in the caller's trace, or in a new one if an exporter takes spans,
/// with the decision whether it is sampled. Without either, the trace is begun when something needs
/// its ids. Without an exporter, the caller's decision stays.
#[inline]
pub(super) fn of_request(store: &Store, remote: Option<TraceContext>) -> Option<Place> {
    #[cfg(feature = "traces")]
    if let Some(sampler) = sampler(store) {
        return Some(Place::first(&**sampler, remote.unwrap_or_else(TraceContext::root)));
    }
    let _ = store;
    remote.map(Place::unrecorded)
}

/// The place of a new call: within the enclosing trace. A call outside of any observation begins a
/// trace: at once if its span is recorded, else on first use.
#[cfg(not(feature = "traces"))]
pub(super) fn of_call(_: &Store) -> Option<Place> {
    let outer = current::innermost(Observation::trace).flatten()?;
    let trace = outer.child();
    let span_id = if trace.sampled { random_span() } else { 0 };
    Some(Place::unrecorded(TraceContext { span_id, ..trace }))
}

/// The place of a new call: within the enclosing trace. A call outside of any observation begins a
/// trace: at once if its span is recorded, else on first use.
#[cfg(feature = "traces")]
pub(super) fn of_call(store: &Store) -> Option<Place> {
    match current::innermost(|outer| (Observation::trace(outer), outer.pending())) {
        Some((Some(outer), None)) if !outer.sampled => Some(Place::within(outer, None)),
        Some((outer, pending)) => match entered::innermost(outer) {
            Some(span) => Some(Place::within(span.trace, span.pending)),
            None => outer.map(|outer| Place::within(outer, pending)),
        },
        None => match entered::innermost(None) {
            Some(span) => Some(Place::within(span.trace, span.pending)),
            None => sampler(store).map(|sampler| Place::first(&**sampler, TraceContext::root())),
        },
    }
}

impl Place {
    const fn unrecorded(trace: TraceContext) -> Self {
        Self {
            trace,
            #[cfg(feature = "traces")]
            pending: Pending::No,
        }
    }
}

#[cfg(feature = "traces")]
impl Place {
    /// The first place of a trace in this process.
    #[inline]
    fn first(decides: &dyn TraceSampler, trace: TraceContext) -> Self {
        let parent = trace.parent_id.map(|_| trace.sampled);
        let sampled = decides.samples(trace.trace_id, parent);
        let pending = if sampled || !decides.records() { Pending::No } else { Pending::Begins };
        Self { trace: TraceContext { sampled, known: true, ..trace }, pending }
    }

    fn within(outer: TraceContext, pending: Option<Arc<PendingTrace>>) -> Self {
        let trace = outer.child();
        let pending = match pending {
            None => Pending::No,
            // What came before was thrown away, so a new decision is due.
            Some(pending) if pending.is_dropped() => Pending::Begins,
            Some(pending) => Pending::Within(pending),
        };
        let is_recorded = trace.sampled || !matches!(pending, Pending::No);
        let span_id = if is_recorded { random_span() } else { 0 };
        Self { trace: TraceContext { span_id, ..trace }, pending }
    }
}

#[cfg(all(test, feature = "testing", feature = "traces"))]
pub(super) mod tests {
    use super::*;
    use crate::record::ambient::StoreRef;

    /// Samples every second trace, and follows the caller.
    #[derive(Debug)]
    struct Even {
        records: bool,
    }

    impl TraceSampler for Even {
        fn samples(&self, trace_id: u128, parent: Option<bool>) -> bool {
            parent.unwrap_or(trace_id % 2 == 0)
        }

        fn records(&self) -> bool {
            self.records
        }

        fn announces(&self) -> bool {
            false
        }

        fn as_any(&self) -> &dyn std::any::Any {
            self
        }
    }

    fn store(records: bool) -> StoreRef {
        let store = StoreRef::scoped();
        assert!(store.get().sampler.set(Arc::new(Even { records })).is_ok());
        store
    }

    pub(in crate::observe) fn sampling() -> StoreRef {
        store(false)
    }

    pub(in crate::observe) fn trace(trace_id: u128, parent: Option<bool>) -> TraceContext {
        let sampled = parent.unwrap_or(false);
        TraceContext { trace_id, sampled, parent_id: parent.map(|_| 9), ..TraceContext::root() }
    }

    #[test]
    fn without_an_exporter_the_callers_decision_stays() {
        let (none, some) = (StoreRef::scoped(), sampling());
        assert!(!has_sampler(none.get()) && has_sampler(some.get()));
        let sample = |store: &StoreRef, remote| of_request(store.get(), remote).map(|p| p.trace);
        for (trace_id, parent, expected) in
            [(2, None, true), (3, None, false), (2, Some(false), false), (3, Some(true), true)]
        {
            let remote = Some(trace(trace_id, parent));
            let sampled = sample(&some, remote).unwrap();
            assert_eq!((sampled.sampled, sampled.known), (expected, true));
            assert_eq!(sample(&none, remote), remote);
        }
        let begun = sample(&some, None).unwrap();
        assert_eq!((begun.sampled, begun.known), (begun.trace_id % 2 == 0, true));
        assert_eq!(sample(&none, None), None);
    }

    #[test]
    fn a_call_outside_of_any_observation_begins_a_trace_if_an_exporter_takes_it() {
        let (none, some) = (StoreRef::scoped(), sampling());
        assert!(of_call(none.get()).is_none());
        assert!(may_be_in_trace(some.get()));
        for _ in 0..20 {
            let trace = of_call(some.get()).unwrap().trace;
            assert_eq!((trace.sampled, trace.known), (trace.trace_id % 2 == 0, true));
        }
    }

    #[test]
    fn only_what_is_refused_waits_for_its_end() {
        let (ratio, keeping) = (store(false), store(true));
        for (trace_id, parent) in [(2, None), (3, None), (2, Some(false)), (3, Some(true))] {
            let waits = |store: &StoreRef| {
                let place = of_request(store.get(), Some(trace(trace_id, parent))).unwrap();
                (place.trace.sampled, matches!(place.pending, Pending::Begins))
            };
            let sampled = waits(&ratio).0;
            assert_eq!((waits(&ratio), waits(&keeping)), ((sampled, false), (sampled, !sampled)));
        }
    }
}
