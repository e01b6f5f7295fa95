use super::*;

fn shared() -> Arc<Shared> {
    let part = Part::Within { operation: None, request: None, caller: None };
    Arc::new(Shared::new(None, StoreRef::global(), part))
}

#[test]
fn what_comes_in_time_is_taken_once() {
    let shared = shared();
    shared.record("a", FieldValue::Bool(true));
    let mut more = Fields::default();
    more.push("b", FieldValue::Bool(true));
    assert!(shared.give(&more));
    assert_eq!(shared.close().unwrap().fields.len(), 2);
    assert!(!shared.give(&Fields::default()));
    assert!(shared.close().is_none());
}

#[test]
fn nothing_is_taken_after_the_end() {
    let shared = shared();
    shared.close();
    shared.record("late", FieldValue::Bool(true));
    assert!(sync_lock(&shared.cross_thread).fields.len() == 0);
}

fn request() -> Arc<Shared> {
    let request = Request::new("GET", RequestId::random(), None);
    Arc::new(Shared::new(None, StoreRef::global(), Part::Request(request)))
}

fn within(request: &Arc<Shared>) -> Arc<Shared> {
    let part = Part::Within { operation: None, request: Some(Arc::clone(request)), caller: None };
    Arc::new(Shared::new(request.place_in_trace(), StoreRef::global(), part))
}

#[test]
fn a_trace_that_is_sent_on_leads_somewhere_for_the_request_too() {
    let request = request();
    let (call, other) = (within(&request), within(&request));
    assert!(!request.is_sent_on() && !call.is_sent_on());
    assert_eq!(call.send_on(), request.trace());
    assert!(request.is_sent_on() && call.is_sent_on() && !other.is_sent_on());

    let known = TraceContext { known: true, ..TraceContext::root() };
    let part = Part::Within { operation: None, request: None, caller: None };
    let known = Shared::new(Some(known), StoreRef::global(), part);
    assert!(known.send_on().is_some() && !known.is_sent_on(), "it led somewhere before");
}

#[test]
fn what_is_within_a_request_is_the_requests() {
    let request = request();
    let call = within(&request);
    let id = request.request_id().unwrap().as_str().to_owned();
    assert_eq!(call.request_id().unwrap().as_str(), id);
    assert!(Arc::ptr_eq(call.outermost().unwrap(), &request));
    assert!(Arc::ptr_eq(request.outermost().unwrap(), &request));
    assert!(call.request().is_none() && shared().outermost().is_none());
    assert!(call.tracestate().is_none());
}

#[test]
fn a_decision_is_deferred_until_the_head_is_known() {
    use crate::observe::captured::Captured;
    use crate::observe::deferred::DeferredCall;
    use crate::observe::observation::Observation;
    use crate::observe::site::Site;
    use crate::observe::verdict::Verdict;
    use crate::record::clock::Reading;
    static SITE: Site = Site::new(Operation::new(
        "shared",
        crate::declare::SourceLocation::new("shared.rs", 1, "m"),
    ));
    let deferred = || {
        let call = Observation::call(&SITE, Captured::new());
        let (ended, verdict) = (Reading::now(), Verdict::OK);
        Deferred::Call(Box::new(DeferredCall { call, ended, verdict, is_handler: true }))
    };
    let untouched = request();
    assert!(!untouched.decide(Outcome::Ok), "no thread deferred anything");
    assert_eq!(untouched.decided(), Some(Outcome::Ok));

    let shared = request();
    assert!(shared.defer(deferred()).is_none());
    assert_eq!(shared.decided(), None);
    assert!(shared.decide(Outcome::Aborted));
    assert_eq!(shared.decided(), Some(Outcome::Aborted));
    assert!(shared.defer(deferred()).is_some(), "the head is known");
    assert_eq!((shared.take_deferred().len(), shared.take_deferred().len()), (1, 0));
    shared.close();
    assert!(shared.defer(deferred()).is_some());
}

#[test]
fn the_first_fault_stays() {
    let fault = |error_type| FaultTag::new(error_type, crate::declare::Blame::Server);
    let shared = shared();
    shared.fail(fault("first"));
    shared.fail(fault("second"));
    assert_eq!(shared.close().unwrap().fault.unwrap().error_type, "first");
}

#[test]
fn a_part_that_is_used_again_is_that_of_a_new_request() {
    let mut shared = request();
    let first = shared.send_on();
    shared.decide(Outcome::Error);
    shared.record("field", FieldValue::Bool(true));
    shared.close();
    #[cfg(feature = "traces")]
    shared.adopt_trace(TraceContext::root());
    assert!(Arc::get_mut(&mut shared).unwrap().renew().is_some());
    assert_eq!(shared.trace(), None, "neither its own nor another layer's");
    assert!(!shared.is_sent_on());
    assert_eq!(shared.decided(), None);
    shared.record("new", FieldValue::Bool(true));
    assert_eq!(shared.close().unwrap().fields.len(), 1);
    let own = shared.place_in_trace();
    assert!(own.is_some() && own != first && own == shared.place_in_trace());

    let remote = TraceContext { known: true, ..TraceContext::root() };
    Arc::get_mut(&mut shared).unwrap().renew_trace(Some(remote), None);
    assert_eq!((shared.trace(), shared.place_in_trace()), (Some(remote), Some(remote)));
    let mut none = within(&shared);
    assert!(Arc::get_mut(&mut none).unwrap().renew().is_none());
}

#[cfg(feature = "traces")]
#[test]
fn a_span_has_a_most_of_events() {
    let shared = shared();
    for _ in 0..SpanEvent::MAX + 5 {
        let (time, attributes) = (std::time::SystemTime::now(), Fields::default());
        shared.note(SpanEvent { name: "event".into(), time, attributes });
    }
    assert_eq!(shared.close().unwrap().events.len(), SpanEvent::MAX);
}
