use super::*;
use std::sync::Barrier;

/// Several threads claim one request at once: the first claim wins, and only its endpoint
/// counts a start.
#[test]
fn a_request_is_started_where_it_was_claimed_first() {
    let store = StoreRef::global();
    let claims = ["/claimed/a", "/claimed/b"].map(|path| endpoint::intern("GET", path).claim());
    let started = || claims.map(|claim| store.get().sum(claim.endpoint.cells().unwrap().started()));
    let mut expected = started();
    for _ in 0..500 {
        let request = Request::new("GET", RequestId::random(), None);
        let both = Barrier::new(claims.len());
        std::thread::scope(|threads| {
            for claim in claims {
                let (request, both) = (&request, &both);
                threads.spawn(move || {
                    both.wait();
                    request.claim(&StoreRef::global(), claim);
                });
            }
        });
        let settled = request.settle(&store);
        let first = claims.iter().position(|claim| ptr::eq(*claim, settled)).unwrap();
        expected[first] += 1;
        assert_eq!(started(), expected);
    }
}

#[test]
fn what_nobody_claimed_was_not_matched() {
    let store = StoreRef::global();
    let request = Request::new("GET", RequestId::random(), None);
    assert_eq!(request.settle(&store).endpoint.path, endpoint::UNMATCHED);
    request.claim(&store, endpoint::intern("GET", "/claimed/late").claim());
    assert_eq!(request.settle(&store).endpoint.path, endpoint::UNMATCHED);
}

#[test]
fn a_renewed_request_is_a_new_one() {
    static OPERATION: Operation =
        Operation::new("renewed", crate::declare::SourceLocation::new("request.rs", 1, "m"));
    let store = StoreRef::scoped();
    let mut request = Request::new("GET", RequestId::random(), None);
    let claim = endpoint::intern("GET", "/renewed").claim();
    request.claim(&store, claim);
    request.operation.set(&OPERATION);
    request.adopt_id(b"adopted");
    assert_eq!(request.id().as_str(), "adopted");
    request.adopt_id(b"too late");
    assert_eq!(request.id().as_str(), "adopted");
    request.handled.store(true, Ordering::Relaxed);
    request.set_error_type("named");
    request.count_body();
    request.receive(10);
    request.answer(5);
    request.send(20);
    request.send(3);
    let answered = Verdict::of_status(200);
    let transfer = request.transfer(9, answered);
    assert_eq!((transfer.head, transfer.received, transfer.sent), (Some(5), Some(10), Some(23)));

    request.renew("PUT", None);
    assert_eq!((request.method, request.id().as_str().len()), ("PUT", 32));
    assert!(request.operation().is_none() && request.claim.get().is_none());
    assert!(!request.handled.load(Ordering::Relaxed) && request.error_type().is_none());
    let transfer = request.transfer(9, answered);
    assert_eq!((transfer.head, transfer.received, transfer.sent), (Some(9), None, Some(0)));
    let unanswered = request.transfer(9, Verdict::OK);
    assert_eq!((unanswered.head, unanswered.sent), (None, None));
    request.answer(0);
    assert_eq!(request.transfer(9, answered).head, Some(1), "0 is no head");
    request.let_body_go_on();
    assert_eq!(request.transfer(9, answered).sent, None);
    request.renew("PUT", Some(b"asked"));
    assert_eq!(request.id().as_str(), "asked");
}

#[test]
fn an_id_that_it_has_already_is_not_adopted() {
    let request = Request::new("GET", RequestId::random(), None);
    let own = request.id().as_str().to_owned();
    request.adopt_id(own.as_bytes());
    request.adopt_id(b"not sane");
    assert!(request.adopted_id.get().is_none());
}

#[test]
fn the_handlers_name_of_a_fault_is_preferred() {
    let failed = |error_type| Verdict { error_type, ..Verdict::of_status(500) };
    let named = |own: &'static str, verdict: Verdict| {
        let request = Request::new("GET", RequestId::random(), None);
        if !own.is_empty() {
            request.set_error_type(own);
        }
        request.named_fault(verdict)
    };
    assert_eq!(named("", failed("500")), "500");
    assert_eq!(named("database", failed("500")), "database");
    assert_eq!(named("database", failed("")), "database");
    assert_eq!(named("_OTHER", failed("500")), "500");
    assert_eq!(named("_OTHER", failed("")), "_OTHER");
    assert_eq!(named("database", Verdict::of_status(200)), "", "it was dealt with");
    let cancelled = Verdict { outcome: Outcome::Cancelled, ..Verdict::OK };
    assert_eq!(named("database", cancelled), "");
}

#[test]
fn only_a_call_whose_route_is_nested_at_the_path_is_the_handler() {
    const fn site(name: &'static str, line: u32, routes: &'static [crate::declare::Route]) -> Site {
        let location = crate::declare::SourceLocation::new("nested.rs", line, "m");
        Site::new(Operation::new(name, location).routes(routes))
    }
    const ROUTE: crate::declare::Route =
        crate::declare::Route { method: "GET", path: "/nested/{id}" };
    static HELPER: Site = site("helper", 1, &[]);
    static OTHER_METHOD: Site =
        site("other_method", 2, &[crate::declare::Route { method: "PUT", ..ROUTE }]);
    static HANDLER: Site = site("handler", 3, &[ROUTE]);
    let store = StoreRef::scoped();
    let request = Request::new("GET", RequestId::random(), None);
    assert!(!request.handled_by(&store, &HANDLER), "it has no endpoint");
    request.claim(&store, endpoint::intern("GET", "/api/nested/{id}").claim());
    assert!(!request.handled_by(&store, &HELPER));
    assert!(!request.handled_by(&store, &OTHER_METHOD));
    assert!(request.handled_by(&store, &HANDLER));
    assert!(!request.handled_by(&store, &HANDLER), "a second call");
    assert_eq!(request.operation().unwrap().name, "handler");
}

#[test]
fn a_request_may_have_another_operation_than_its_endpoint() {
    static OWN: Operation =
        Operation::new("own", crate::declare::SourceLocation::new("request.rs", 2, "m"));
    static OTHER: Operation =
        Operation::new("other", crate::declare::SourceLocation::new("request.rs", 3, "m"));
    let store = StoreRef::scoped();
    let endpoint = endpoint::intern("GET", "/two/applications");
    let other = endpoint::intern("GET", "/two/others");
    assert!(endpoint.adopt(&OWN, store.get()));
    let request = || {
        let request = Request::new("GET", RequestId::random(), None);
        request.claim(&store, endpoint.claim());
        request
    };
    let (one, two) = (request(), request());
    one.name(&store, endpoint, &OTHER);
    assert_eq!(one.operation().unwrap().name, "other");
    one.name(&store, other, &OWN);
    assert_eq!(one.operation().unwrap().name, "other", "it was counted elsewhere");
    two.name(&store, endpoint, &OWN);
    assert_eq!(two.operation().unwrap().name, "own");
    assert!(two.operation.get().is_none(), "the endpoint knows it");
}
