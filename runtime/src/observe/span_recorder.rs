//! Records the span of an observation: the data that its closing event does not contain.
//!
//! An observation has one if its trace is sampled, or if the trace's end may export it nevertheless.
//! All others pay one branch.

#[cfg(feature = "traces")]
use std::cell::Cell;
use std::fmt;
#[cfg(feature = "traces")]
use std::sync::Arc;
use std::time::SystemTime;

#[cfg(feature = "traces")]
use super::pending_trace::PendingTrace;
#[cfg(feature = "traces")]
use super::recorded_span::RecordedSpan;
use super::sampling::Place;
#[cfg(feature = "traces")]
use super::sampling::{Pending, sampler};
use super::shared::Shared;
use super::stored_fields::Fields;
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

#[cfg(not(feature = "traces"))]
#[expect(clippy::unused_self, reason = "as with the feature")]
impl SpanRecorder {
    pub(super) const fn of(_: &Place, _: &Store, _: bool) -> Self {
        Self {}
    }

    pub(super) fn of_request(_: Option<Place>, _: &Store, _: bool, _: &mut Shared) -> Self {
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
    /// Begins the span of an observation, if it is recorded.
    #[inline]
    pub(super) fn of(place: &Place, store: &Store, remote_parent: bool) -> Self {
        match &place.pending {
            Pending::No if place.trace.sampled => Self::sampled(store, remote_parent),
            Pending::No => Self::NONE,
            Pending::Begins => Self::on(RecordedSpan::root(Arc::default(), remote_parent)),
            Pending::Within(pending) => Self::on(RecordedSpan::within(Arc::clone(pending))),
        }
    }

    /// Begins the span of a request, if it is recorded. What other tasks do for the request finds its
    /// trace in `shared`.
    #[inline]
    pub(super) fn of_request(
        place: Option<Place>,
        store: &Store,
        remote_parent: bool,
        shared: &mut Shared,
    ) -> Self {
        match place {
            Some(Place { pending: Pending::Begins, .. }) => {
                Self::on(RecordedSpan::root(shared.wait(), remote_parent))
            }
            place => {
                shared.set_pending(None);
                place.map_or(Self::NONE, |place| Self::of(&place, store, remote_parent))
            }
        }
    }

    /// Begins the span of a sampled observation, if an exporter takes it.
    #[cold]
    fn sampled(store: &Store, remote_parent: bool) -> Self {
        match sampler(store) {
            Some(_) => Self::on(RecordedSpan::sampled(remote_parent)),
            None => Self::NONE,
        }
    }

    fn on(span: Box<RecordedSpan>) -> Self {
        Self { data: Cell::new(Some(span)) }
    }

    /// Whether a span is recorded.
    #[inline]
    pub(crate) fn is_on(&self) -> bool {
        self.look(|_| ()).is_some()
    }

    /// The trace of the span, if it waits for its end.
    #[inline]
    pub(super) fn pending(&self) -> Option<Arc<PendingTrace>> {
        self.look(|span| span.pending.clone()).flatten()
    }

    /// Calls `f` with the attributes, if a span is recorded.
    pub(crate) fn describe(&self, f: impl FnOnce(&mut Fields)) {
        self.look(|span| f(&mut span.attributes));
    }

    /// Adds events.
    pub(crate) fn extend(&self, events: impl IntoIterator<Item = SpanEvent>) {
        self.look(|span| events.into_iter().for_each(|event| span.note(event)));
    }

    /// Whether the span waits for its trace's end.
    #[inline]
    pub(super) fn is_pending(&self) -> bool {
        self.look(|span| span.is_waiting()).unwrap_or(false)
    }

    /// Takes a span of its trace that has ended, if this is the one that decides on it.
    pub(super) fn adopt(&self, ended: &mut Option<Box<RecordedSpan>>) {
        self.look(|root| {
            ended.take_if(|ended| root.decides_on(ended)).map(|span| root.adopt(span))
        });
    }

    #[inline]
    fn look<R>(&self, look: impl FnOnce(&mut RecordedSpan) -> R) -> Option<R> {
        let mut data = self.data.take()?;
        let seen = look(&mut data);
        self.data.set(Some(data));
        Some(seen)
    }

    /// Takes the span, to end it.
    #[inline]
    pub(crate) fn take(&self) -> Option<Box<RecordedSpan>> {
        self.data.take()
    }
}

#[cfg(all(test, feature = "testing", feature = "traces"))]
mod tests {
    use super::super::sampling::of_request;
    use super::super::sampling::tests::{sampling, trace};
    use super::super::suppress;
    use super::*;
    use crate::record::ambient::StoreRef;

    fn events(number: usize) -> Vec<SpanEvent> {
        let (time, attributes) = (SystemTime::now(), Fields::default());
        vec![SpanEvent { name: "event".into(), time, attributes }; number]
    }

    fn recorder(store: &StoreRef, parent: bool) -> SpanRecorder {
        let place = of_request(store.get(), Some(trace(2, Some(parent)))).unwrap();
        SpanRecorder::of(&place, store.get(), true)
    }

    #[test]
    fn a_sampled_span_is_recorded_once() {
        let recorder = recorder(&sampling(), true);
        assert!(recorder.is_on());
        recorder.describe(|fields| fields.push("a", crate::declare::FieldValue::Bool(true)));
        recorder.extend(events(SpanEvent::MAX - 1));
        recorder.extend(events(3));
        let span = recorder.take().unwrap();
        assert_eq!((span.attributes.len(), span.events.len()), (1, SpanEvent::MAX));
        assert_eq!((span.remote_parent, span.dropped_events), (true, 2));
        assert!(!recorder.is_on() && recorder.take().is_none());
        recorder.describe(|_| unreachable!("it was taken"));
    }

    #[test]
    fn nothing_is_recorded_that_nobody_takes() {
        let (none, some) = (StoreRef::scoped(), sampling());
        assert!(!recorder(&none, true).is_on());
        assert!(!recorder(&some, false).is_on());
        let exporting = std::thread::spawn(move || {
            suppress::suppress_thread();
            recorder(&some, true).is_on() || super::super::sampling::of_call(some.get()).is_some()
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
