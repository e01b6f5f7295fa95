//! A request's observation, held by the futures and bodies that it passes through.

use std::cell::{Cell, OnceCell};
use std::ops::Deref;
use std::sync::Arc;

use super::{Observation, Stream, Subject};
use crate::observe::context::{TraceContext, TraceState};
use crate::observe::recording::{self, Recording};
use crate::observe::request::Request;
use crate::observe::request_id::RequestId;
use crate::observe::shared::{Part, Shared};
use crate::observe::spares::{self, Spares};
use crate::observe::verdict::Verdict;
use crate::record::ambient::StoreRef;
use crate::record::clock::Reading;

/// An observation that moves a lot. It has a place of its own, which a later request uses again: nothing is allocated
/// for it, and what moves is a pointer.
#[derive(Debug)]
pub(crate) struct Held(Option<Box<Observation>>);

thread_local! {
    static SPARE: Spares<Observation> = const { Spares::new() };
}

impl Held {
    fn new(observation: Observation) -> Self {
        Self(Some(Box::new(observation)))
    }

    /// Begins a request; its caller may ask for an id of its own.
    #[inline]
    pub(crate) fn request(
        store: StoreRef,
        method: &'static str,
        asked_id: Option<&[u8]>,
        (trace, tracestate): (TraceContext, Option<TraceState>),
    ) -> Self {
        let trace = recording::sample(store.get(), trace);
        let remote = trace.parent_id.is_some();
        let Some(mut place) = spares::take(&SPARE) else {
            let shared = begun(&store, method, asked_id, (trace, tracestate));
            let new = Observation::new(store, Subject::Request, Some(trace), remote);
            return Self::new(Observation { shared, ..new });
        };
        let shared = place.shared.get_mut().and_then(Arc::get_mut);
        match shared.and_then(|shared| shared.renew(trace, store.clone())) {
            Some(request) => request.renew(method, asked_id, tracestate),
            // Somebody has a handle to the request that was here.
            None => place.shared = begun(&store, method, asked_id, (trace, tracestate)),
        }
        place.renew(store, trace, remote);
        Self(Some(place))
    }

    /// Goes on with what `shared` belongs to, in another task.
    pub(crate) fn carried(shared: Arc<Shared>) -> Self {
        Self::new(Observation::carried(shared))
    }

    /// Ends a request by its head, as `head` says, and goes on with its endless body.
    pub(crate) fn into_stream(self, head: Verdict) -> Option<Self> {
        let (store, shared) = (self.store.clone(), self.shared());
        let request = shared.request()?;
        request.let_body_go_on();
        self.end(head);
        let endpoint = request.settle(&store).endpoint;
        endpoint.start_stream(store.get());
        let stream = Box::new(Stream { request: shared, endpoint, head, sent: Cell::new(0) });
        Some(Self::new(Observation::new(store, Subject::Stream(stream), None, false)))
    }
}

/// The shared part of a request that begins.
#[cold]
fn begun(
    store: &StoreRef,
    method: &'static str,
    asked_id: Option<&[u8]>,
    (trace, tracestate): (TraceContext, Option<TraceState>),
) -> OnceCell<Arc<Shared>> {
    let part = Part::Request(Request::new(method, RequestId::asked(asked_id), tracestate));
    Arc::new(Shared::new(Some(trace), store.clone(), part)).into()
}

impl Observation {
    /// Makes this observation of a request, which has ended, that of another one.
    fn renew(&mut self, store: StoreRef, trace: TraceContext, remote: bool) {
        self.recording = Recording::of(trace, store.get(), remote);
        self.store = store;
        self.trace.set(Some(trace));
        drop(self.fields.take());
        self.waiting.get_mut().clear();
        self.panicked.set(false);
        self.ended.set(false);
        self.started = Reading::now();
    }
}

impl Deref for Held {
    type Target = Observation;

    fn deref(&self) -> &Observation {
        match &self.0 {
            Some(observation) => observation,
            None => unreachable!("taken out by `drop` alone"),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(place) = self.0.take() else { return };
        let is_request = matches!(place.subject, Subject::Request) && place.ended.get();
        // Not one of a scope, which would live on with it.
        if is_request && place.store.is_global() {
            spares::keep(&SPARE, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::current::current;

    fn begin() -> Held {
        let trace = (TraceContext::root(), None);
        Held::request(StoreRef::global(), "GET", None, trace)
    }

    fn id(held: &Held) -> String {
        held.request_id().unwrap().to_string()
    }

    #[test]
    fn a_place_that_is_used_again_remembers_nothing() {
        let first = begin();
        let (first_id, first_trace) = (id(&first), first.trace());
        first.capture("field", crate::observe::fields::FieldValue::Bool(true));
        first.end(Verdict::OK);
        let place = std::ptr::from_ref::<Observation>(&first);
        drop(first);
        let second = begin();
        assert!(std::ptr::eq(place, &raw const *second));
        assert!(second.is_open() && !second.has_captured("field"));
        assert_ne!(id(&second), first_id);
        assert_ne!(second.trace(), first_trace);
        second.end(Verdict::OK);
    }

    #[test]
    fn a_handle_keeps_the_request_that_it_was_taken_in() {
        let first = begin();
        let (first_id, handle) = (id(&first), first.enter(current));
        first.end(Verdict::OK);
        drop(first);
        let second = begin();
        handle.record("late", true);
        assert_eq!(handle.request_id().unwrap().as_str(), first_id);
        assert_ne!(id(&second), first_id);
        second.end(Verdict::OK);
    }
}
