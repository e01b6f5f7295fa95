//! A request's observation in a pooled box, held by the futures and bodies that it passes through.

use std::cell::Cell;
use std::ops::Deref;
use std::sync::Arc;

use super::{Observation, Stream, Subject};
use crate::observe::context::{TraceContext, TraceState};
use crate::observe::free_list::{self, FreeList};
use crate::observe::request::Request;
use crate::observe::request_id::RequestId;
use crate::observe::sampling;
use crate::observe::shared::{Part, Shared};
use crate::observe::span_recorder::SpanRecorder;
use crate::observe::verdict::Verdict;
use crate::record::ambient::StoreRef;
use crate::record::clock::Reading;

/// An observation in a box that a later request reuses: a request allocates none, and futures move
/// a pointer. [`NONE`](Self::NONE) where it was taken out.
#[derive(Debug)]
pub(crate) struct PooledObservation(Option<Box<Observation>>);

/// The caller's trace context and `tracestate`.
pub(crate) type Remote = (TraceContext, Option<TraceState>);

thread_local! {
    static FREE: FreeList<Observation> = const { FreeList::new() };
}

impl PooledObservation {
    /// No observation.
    pub(crate) const NONE: Self = Self(None);

    /// The observation, if there is one.
    #[inline]
    pub(crate) fn get(&self) -> Option<&Observation> {
        self.0.as_deref()
    }

    /// Takes the observation out.
    #[inline]
    pub(crate) fn take(&mut self) -> Self {
        Self(self.0.take())
    }

    fn new(observation: Observation) -> Self {
        Self(Some(Box::new(observation)))
    }

    /// Begins a request. The caller may request an id, and continue a trace.
    #[inline]
    pub(crate) fn request(
        store: &StoreRef,
        method: &'static str,
        asked_id: Option<&[u8]>,
        remote: Option<&Remote>,
    ) -> Self {
        // Only observations of the global store are in the list.
        let free = if store.is_global() { free_list::pop(&FREE) } else { None };
        let Some(mut pooled) = free else { return Self::begun(store, method, asked_id, remote) };
        // Another thread may still have a handle to the request that was here.
        let shared = pooled.shared.get_mut().and_then(Arc::get_mut);
        let Some(request) = shared.and_then(Shared::renew) else {
            return Self::begun(store, method, asked_id, remote);
        };
        request.renew(method, asked_id);
        if remote.is_some() || sampling::has_sampler(pooled.store.get()) {
            pooled.renew_trace(remote);
        }
        pooled.renew();
        Self(Some(pooled))
    }

    /// Begins a request in a new box.
    #[cold]
    fn begun(
        store: &StoreRef,
        method: &'static str,
        asked_id: Option<&[u8]>,
        remote: Option<&Remote>,
    ) -> Self {
        let (trace, tracestate) = remote.cloned().unzip();
        let place = sampling::of_request(store.get(), trace);
        let trace = place.as_ref().map(|place| place.trace);
        let request = Request::new(method, RequestId::asked(asked_id), tracestate.flatten());
        let mut shared = Shared::new(trace, store.clone(), Part::Request(request));
        let store_of = store.get();
        let recorder = SpanRecorder::of_request(place, store_of, remote.is_some(), &mut shared);
        let shared = Arc::new(shared);
        let new = Observation::new(store.clone(), Subject::Request);
        new.poll_count.set_by_runtime();
        Self::new(Observation { shared: shared.into(), recorder, ..new })
    }

    /// Continues the observation that `shared` belongs to, in another task.
    pub(crate) fn carried(shared: Arc<Shared>) -> Self {
        Self::new(Observation::carried(shared))
    }

    /// Begins the endless body of a request that ended with the verdict `head`.
    pub(crate) fn stream(store: StoreRef, request: Arc<Shared>, head: Verdict) -> Option<Self> {
        let endpoint = request.request()?.settle(&store).endpoint;
        endpoint.start_stream(store.get());
        let stream = Box::new(Stream { request, endpoint, head, sent: Cell::new(0) });
        Some(Self::new(Observation::new(store, Subject::Stream(stream))))
    }
}

impl Observation {
    /// Resets this observation of an ended request for the request whose shared part it has now.
    /// Its store stays: only observations of the global one are reused.
    #[inline]
    fn renew(&mut self) {
        drop(self.fields.take());
        if !self.deferred.is_none() {
            drop(self.deferred.take());
        }
        self.story.forget();
        self.panicked.set(false);
        self.ended.set(false);
        let now = Reading::now();
        self.started = now;
        self.polls.renew(now);
        self.poll_count.renew();
    }

    /// Continues the caller's trace, or begins one that may be sampled.
    #[inline(never)]
    fn renew_trace(&mut self, remote: Option<&Remote>) {
        let (trace, tracestate) = remote.cloned().unzip();
        let place = sampling::of_request(self.store.get(), trace);
        let Some(shared) = self.shared.get_mut().and_then(Arc::get_mut) else { return };
        shared.renew_trace(place.as_ref().map(|place| place.trace), tracestate.flatten());
        let store = self.store.get();
        self.recorder = SpanRecorder::of_request(place, store, remote.is_some(), shared);
    }
}

impl Deref for PooledObservation {
    type Target = Observation;

    #[inline]
    fn deref(&self) -> &Observation {
        match &self.0 {
            Some(observation) => observation,
            None => unreachable!("it was taken out"),
        }
    }
}

impl Drop for PooledObservation {
    fn drop(&mut self) {
        let Some(pooled) = self.0.take() else { return };
        let is_request = matches!(pooled.subject, Subject::Request) && pooled.ended.get();
        // An observation of a scoped store would keep that store alive.
        if is_request && pooled.store.is_global() {
            free_list::push(&FREE, pooled);
        }
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::lifecycle::end::end;
    use crate::observe::current::{self, current};
    use crate::observe::observation::tests::subscriber;

    fn begin() -> PooledObservation {
        PooledObservation::request(&StoreRef::global(), "GET", None, None)
    }

    fn id(held: &PooledObservation) -> String {
        held.request_id().unwrap().to_string()
    }

    #[test]
    fn a_place_that_is_used_again_remembers_nothing() {
        let _subscriber = subscriber();
        let first = begin();
        let (first_id, first_trace) = (id(&first), first.enter(current::trace));
        first.capture("field", crate::declare::FieldValue::Bool(true));
        end(&first, Verdict::OK);
        let address = std::ptr::from_ref::<Observation>(&first);
        first.capture("late", crate::declare::FieldValue::Bool(true));
        drop(first);
        let free = free_list::pop(&FREE).expect("it is in the free list");
        assert!(std::ptr::eq(address, &raw const *free));
        free_list::push(&FREE, free);
        let second = begin();
        assert!(std::ptr::eq(address, &raw const *second));
        assert!(second.is_open() && !second.has_captured("field") && !second.has_captured("late"));
        assert_ne!(id(&second), first_id);
        assert_eq!(second.trace(), None);
        assert_ne!(second.enter(current::trace), first_trace);
        end(&second, Verdict::OK);
    }

    #[test]
    fn a_handle_keeps_the_request_that_it_was_taken_in() {
        let first = begin();
        let (first_id, handle) = (id(&first), first.enter(current));
        end(&first, Verdict::OK);
        drop(first);
        let second = begin();
        handle.record("late", true);
        assert_eq!(handle.request_id().unwrap().as_str(), first_id);
        assert_ne!(id(&second), first_id);
        end(&second, Verdict::OK);
    }

    #[test]
    fn what_is_open_or_belongs_to_a_scope_is_not_used_again() {
        let none = || free_list::pop(&FREE).is_none();
        while !none() {}
        drop(begin());
        assert!(none(), "it has not ended");
        let scoped = PooledObservation::request(&StoreRef::scoped(), "GET", None, None);
        end(&scoped, Verdict::OK);
        drop(scoped);
        assert!(none(), "it would keep the store alive");
    }

    #[test]
    fn the_callers_id_and_trace_are_not_those_of_the_next_request() {
        let remote = (TraceContext { known: true, ..TraceContext::root() }, None);
        // In a new box, and in a used one.
        for _ in 0..2 {
            let store = StoreRef::global();
            let asked = PooledObservation::request(&store, "GET", Some(b"asked"), Some(&remote));
            assert_eq!((asked.trace(), id(&asked).as_str()), (Some(remote.0), "asked"));
            end(&asked, Verdict::OK);
            drop(asked);
            let next = begin();
            assert_eq!(next.trace(), None);
            assert_ne!(id(&next), "asked");
            end(&next, Verdict::OK);
        }
    }
}
