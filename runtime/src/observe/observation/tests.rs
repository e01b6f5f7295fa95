use tracing_core::dispatcher::{self, DefaultGuard};
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Dispatch, Event, Metadata, Subscriber};

use super::*;
use crate::declare::SourceLocation;
use crate::observe::deferred::DeferredCall;

static SITE: Site = Site::new(Operation::new("observed", SourceLocation::new("o.rs", 1, "m")));

/// A subscriber for the length of a test: without one, no fields are captured.
pub(super) fn subscriber() -> DefaultGuard {
    struct Everything;
    impl Subscriber for Everything {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, _: &Event<'_>) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }
    dispatcher::set_default(&Dispatch::new(Everything))
}

fn request() -> PooledObservation {
    PooledObservation::request(&StoreRef::scoped(), "GET", None, None)
}

fn call() -> Observation {
    Observation::call(&SITE, Captured::new())
}

#[test]
fn an_observation_ends_once() {
    let call = call();
    assert!(call.is_open());
    assert!(call.close());
    assert!(!call.is_open() && !call.close());
}

#[test]
fn a_panic_is_remembered() {
    let call = call();
    assert_eq!(call.poll(|| 7), 7);
    assert!(!call.has_panicked());
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        call.poll(|| std::panic::resume_unwind(Box::new("expected")))
    }));
    assert!(caught.is_err() && call.has_panicked());
}

#[test]
fn rare_paths_run_within_the_observation() {
    let request = request();
    let mut id = None;
    request.enter_rarely(&mut || id = current().request_id().cloned());
    assert_eq!(id.as_ref(), request.request_id());
}

#[test]
fn a_call_within_a_request_has_a_span_of_its_own_in_its_trace() {
    let request = request();
    let (mut call, mut inner) = (call(), call());
    request.enter(|| {
        call.begin_call(&SITE);
        let own = call.enter(current::trace).unwrap();
        let outer = current::trace().unwrap();
        assert_ne!(own.span_id, 0);
        assert_eq!((own.trace_id, own.parent_id), (outer.trace_id, Some(outer.span_id)));
        assert_eq!(call.enter(current::trace), Some(own), "it stays");
        assert!(!call.enter(current::is_within_another_call));
        call.enter(|| {
            inner.begin_call(&SITE);
            assert!(inner.enter(current::is_within_another_call));
            let nested = inner.enter(current::trace).unwrap();
            assert_eq!(nested.parent_id, Some(own.span_id));
            let context = inner.enter(|| {
                current::context(|context| (context.operation, context.request_id.cloned()))
            });
            assert_eq!(context.0.unwrap().name, "observed");
            assert_eq!(context.1.as_ref(), request.request_id());
        });
    });
}

#[test]
fn only_code_in_a_call_is_within_a_call() {
    let request = request();
    assert!(!current::is_within_call());
    assert!(!request.enter(current::is_within_call));
    let call = call();
    request.enter(|| assert!(call.enter(current::is_within_call)));
    let carried = request.enter(current);
    assert!(!carried.in_scope(current::is_within_call));
    let carried = call.enter(current);
    assert!(carried.in_scope(current::is_within_call));
}

#[test]
fn decisions_are_deferred_until_the_head() {
    let deferred = |status| {
        let (ended, verdict) = (Reading::now(), Verdict::of_status(status));
        let call = DeferredCall { call: call(), ended, verdict, is_handler: false };
        Deferred::Call(Box::new(call))
    };
    let request = request();
    assert!(request.defer(deferred(401)).unwrap().is_none());
    assert!(request.defer(deferred(402)).unwrap().is_some(), "the earlier one");
    assert!(request.has_deferred(Outcome::Ok));
    let mut settled = 0;
    request.settle(&mut |_| {
        settled += 1;
        assert!(current().request_id().is_some(), "the request is current");
    });
    assert_eq!(settled, 1);
    assert!(request.defer(deferred(403)).is_err(), "the head is known");
    assert!(!request.has_deferred(Outcome::Ok));

    let spawned = self::request();
    assert!(spawned.shared().defer(deferred(404)).is_none());
    assert!(spawned.has_deferred(Outcome::Ok), "by another thread");
    let none = self::request();
    assert!(!none.has_deferred(Outcome::Ok));
}

#[test]
fn a_stream_belongs_to_its_request() {
    let request = request();
    let store = request.store.clone();
    let shared = request.shared();
    let stream = PooledObservation::stream(store, shared, Verdict::of_status(200)).unwrap();
    assert_eq!(stream.request_id(), request.request_id());
    assert_eq!(stream.enter(current::trace), request.enter(current::trace));
    stream.send(7);
    stream.send(5);
    let Subject::Stream(data) = &stream.subject else { unreachable!("it is one") };
    assert_eq!(data.sent.get(), 12);
    assert!(stream.request().is_none() && request.request().is_some());
}

#[test]
fn the_head_and_the_bytes_of_a_response_are_the_requests() {
    let request = request();
    request.head(request.request().unwrap());
    request.send(30);
    let transfer = request.request().unwrap().transfer(u64::MAX, Verdict::of_status(200));
    assert_eq!(transfer.sent, Some(30));
    assert!(transfer.head.unwrap() < u64::MAX);
}

#[cfg(feature = "traces")]
#[test]
fn the_trace_of_another_layer_is_adopted_where_the_own_one_leads_nowhere() {
    let (request, other) = (request(), TraceContext::root());
    assert!(!request.is_in_known_trace());
    request.adopt_trace(|| None);
    assert_ne!(request.trace(), Some(other));
    request.adopt_trace(|| Some(other));
    assert_eq!(request.trace(), Some(other));
    assert_eq!(request.enter(current).trace(), Some(other), "handles send it on");
    assert!(request.is_in_known_trace(), "it was sent on");

    let known = TraceContext { known: true, ..TraceContext::root() };
    let remote = PooledObservation::request(&StoreRef::scoped(), "GET", None, Some(&(known, None)));
    remote.adopt_trace(|| Some(other));
    assert_eq!(remote.trace(), Some(known));
    assert!(remote.is_in_known_trace());
}

#[test]
fn only_a_sampled_observation_has_an_origin() {
    let sampled = TraceContext { sampled: true, ..TraceContext::root() };
    for trace in [sampled, TraceContext::root()] {
        let remote = Some((trace, None));
        let request = PooledObservation::request(&StoreRef::scoped(), "GET", None, remote.as_ref());
        let span = request.sampled().map(|origin| (origin.trace_id, origin.span_id));
        assert_eq!(span, trace.sampled.then_some((trace.trace_id, trace.span_id)));
    }
}

/// Its observation is forgotten then, so a buffer that is left would leak.
#[test]
fn a_handler_of_a_request_in_another_task_keeps_no_fields() {
    let _subscriber = subscriber();
    let request = request();
    let call = call();
    call.capture("field", FieldValue::Bool(true));
    Observation::carried(request.shared()).enter(|| assert!(call.hand_fields_to_request()));
    assert!(call.has_no_fields());
    assert_eq!(request.shared().close().unwrap().fields.len(), 1);
}
