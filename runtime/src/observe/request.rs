//! The data of a request, and its claim.

use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::context::TraceState;
use super::endpoint::{self, Endpoint, EndpointClaim, TransferStats};
use super::request_id::RequestId;
use super::site::Site;
use super::verdict::{Verdict, names_a_fault};
use crate::declare::{Operation, Outcome};
use crate::record::ambient::StoreRef;
use crate::record::once_ref::OnceRef;

/// The data of a request. Any thread may claim it, because a middleware may run the rest of the
/// request in another task.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "`request_id` is the field's word for it")]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    request_id: RequestId,
    /// The id that another layer of the service gave it.
    adopted_id: OnceLock<RequestId>,
    /// The caller's `tracestate`.
    pub(crate) tracestate: Option<TraceState>,
    claim: OnceRef<EndpointClaim>,
    /// The handler's operation, if it is not the endpoint's.
    operation: OnceRef<Operation>,
    handled: AtomicBool,
    /// The handler's error type, for the closing event.
    pub(super) error_type: OnceLock<&'static str>,
    /// Nanoseconds to the response's head if a body follows it, else 0.
    head: AtomicU64,
    /// Bytes of the request's body that were read.
    received: AtomicU64,
    /// Bytes of the response's body that were sent.
    sent: AtomicU64,
}

/// The bytes of a body are not counted, or the body continues.
const UNCOUNTED: u64 = u64::MAX;

impl Request {
    pub(crate) const fn new(
        method: &'static str,
        request_id: RequestId,
        tracestate: Option<TraceState>,
    ) -> Self {
        Self {
            method,
            request_id,
            adopted_id: OnceLock::new(),
            tracestate,
            claim: OnceRef::new(),
            operation: OnceRef::new(),
            handled: AtomicBool::new(false),
            error_type: OnceLock::new(),
            head: AtomicU64::new(0),
            received: AtomicU64::new(UNCOUNTED),
            sent: AtomicU64::new(0),
        }
    }

    /// Resets this ended request for a new one.
    #[inline]
    pub(super) fn renew(&mut self, method: &'static str, asked_id: Option<&[u8]>) {
        self.method = method;
        self.request_id = RequestId::asked(asked_id);
        if self.adopted_id.get_mut().is_some() || self.tracestate.is_some() {
            self.forget_adopted();
        }
        self.claim = OnceRef::new();
        self.operation = OnceRef::new();
        *self.handled.get_mut() = false;
        self.error_type = OnceLock::new();
        *self.head.get_mut() = 0;
        *self.received.get_mut() = UNCOUNTED;
        *self.sent.get_mut() = 0;
    }

    /// Few requests have an adopted id or a `tracestate`.
    #[cold]
    fn forget_adopted(&mut self) {
        self.adopted_id = OnceLock::new();
        self.tracestate = None;
    }

    /// The id in its lines and its response.
    pub(crate) fn id(&self) -> &RequestId {
        self.adopted_id.get().unwrap_or(&self.request_id)
    }

    /// Adopts the id that a layer of the service gave it. The first one stays.
    #[cold]
    pub(crate) fn adopt_id(&self, id: &[u8]) {
        if id == self.id().as_bytes() {
            return;
        }
        if let Some(id) = RequestId::parse(id) {
            let _ = self.adopted_id.set(id);
        }
    }

    /// Claims the request for an endpoint, unless an inner layer did so before or the request has
    /// ended.
    pub(super) fn claim(&self, store: &StoreRef, claim: &'static EndpointClaim) {
        if self.claim.get().is_some() {
            return;
        }
        // Counted before another thread can see the claim, and end the request.
        claim.endpoint.start(store.get());
        if self.claim.set(claim) {
            claim.endpoint.tell_folded(store.get());
        } else {
            // Another thread claimed the request first.
            claim.endpoint.take_back_start(store.get());
        }
    }

    /// The endpoint of an ending request. An unclaimed one is unmatched, and can no longer be
    /// claimed.
    pub(crate) fn settle(&self, store: &StoreRef) -> &'static EndpointClaim {
        self.claim.get().unwrap_or_else(|| self.settle_unmatched(store))
    }

    #[cold]
    fn settle_unmatched(&self, store: &StoreRef) -> &'static EndpointClaim {
        let unmatched = endpoint::intern(self.method, endpoint::UNMATCHED).claim();
        self.claim(store, unmatched);
        // Another thread may have claimed it meanwhile.
        self.claim.get().unwrap_or(unmatched)
    }

    /// Begins to count its body, which is empty or will be counted by [`receive`](Self::receive).
    pub(crate) fn count_body(&self) {
        self.received.store(0, Ordering::Relaxed);
    }

    /// Counts bytes of its body, on any thread: the body may outlive its request.
    pub(crate) fn receive(&self, bytes: usize) {
        self.received.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Stores the time of the response's head, and that a body follows.
    pub(super) fn answer(&self, elapsed: u64) {
        self.head.store(elapsed.max(1), Ordering::Relaxed);
    }

    /// Counts bytes of the response's body. Only the request's task calls this.
    pub(super) fn send(&self, bytes: usize) {
        let sent = self.sent.load(Ordering::Relaxed) + bytes as u64;
        self.sent.store(sent, Ordering::Relaxed);
    }

    /// Marks that the response's body outlives the request.
    pub(crate) fn let_body_go_on(&self) {
        self.sent.store(UNCOUNTED, Ordering::Relaxed);
    }

    /// The transferred bytes of a request that ends with `verdict` after `elapsed` nanoseconds.
    pub(crate) fn transfer(&self, elapsed: u64, verdict: Verdict) -> TransferStats {
        let counted = |cell: &AtomicU64| {
            Some(cell.load(Ordering::Relaxed)).filter(|bytes| *bytes != UNCOUNTED)
        };
        let answered = verdict.status.is_some();
        let head = match self.head.load(Ordering::Relaxed) {
            0 => elapsed,
            head => head,
        };
        TransferStats {
            head: answered.then_some(head),
            received: counted(&self.received),
            sent: counted(&self.sent).filter(|_| answered),
        }
    }

    /// The error type of its end: its handler's if that has a name of its own, else the response's.
    pub(crate) fn named_fault(&self, verdict: Verdict) -> &'static str {
        let named = self.error_type.get().copied().unwrap_or_default();
        match verdict.outcome {
            Outcome::Ok | Outcome::Cancelled | Outcome::Aborted => verdict.error_type,
            _ if !verdict.error_type.is_empty() && !names_a_fault(named) => verdict.error_type,
            _ => named,
        }
    }

    #[inline]
    pub(crate) fn operation(&self) -> Option<&'static Operation> {
        self.operation.get().or_else(|| self.claim.get()?.operation())
    }

    /// Sets the operation of its handler, which is known to be at `endpoint`.
    #[inline]
    pub(super) fn name(
        &self,
        store: &StoreRef,
        endpoint: &'static Endpoint,
        operation: &'static Operation,
    ) {
        if !self.operation().is_some_and(|own| own.is(operation)) {
            self.name_anew(store, endpoint, operation);
        }
    }

    #[cold]
    fn name_anew(
        &self,
        store: &StoreRef,
        endpoint: &'static Endpoint,
        operation: &'static Operation,
    ) {
        // The request may have ended, and have been counted at another endpoint.
        let is_there = self.claim.get().is_some_and(|claim| ptr::eq(claim.endpoint, endpoint));
        if is_there && !endpoint.adopt(operation, store.get()) {
            self.operation.set(operation);
        }
    }

    /// Whether `site` is this request's operation and is called for the first time.
    pub(super) fn handled_by(&self, store: &StoreRef, site: &'static Site) -> bool {
        let is_handler = match self.operation() {
            Some(operation) => operation.is(&site.operation),
            None => self.is_nested(store, site),
        };
        is_handler && !self.handled.swap(true, Ordering::Relaxed)
    }

    /// Whether a call of `site` shows that its route is nested at this request's path: it was
    /// mounted by hand.
    fn is_nested(&self, store: &StoreRef, site: &'static Site) -> bool {
        let mut routes = site.operation.routes.iter();
        let Some(EndpointClaim { endpoint, .. }) = self.claim.get() else { return false };
        let is_nested =
            routes.any(|route| route.takes(self.method) && route.is_within(endpoint.path));
        is_nested && endpoint.adopt(&site.operation, store.get())
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use std::sync::Barrier;

    /// Several threads claim one request at once: the first claim wins, and only its endpoint
    /// counts a start.
    #[test]
    fn a_request_is_started_where_it_was_claimed_first() {
        let store = StoreRef::global();
        let claims = ["/claimed/a", "/claimed/b"].map(|path| endpoint::intern("GET", path).claim());
        let started =
            || claims.map(|claim| store.get().sum(claim.endpoint.cells().unwrap().started()));
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
        request.error_type.set("named").unwrap();
        request.count_body();
        request.receive(10);
        request.answer(5);
        request.send(20);
        request.send(3);
        let answered = Verdict::of_status(200);
        let transfer = request.transfer(9, answered);
        assert_eq!(
            (transfer.head, transfer.received, transfer.sent),
            (Some(5), Some(10), Some(23))
        );

        request.renew("PUT", None);
        assert_eq!((request.method, request.id().as_str().len()), ("PUT", 32));
        assert!(request.operation().is_none() && request.claim.get().is_none());
        assert!(!request.handled.load(Ordering::Relaxed) && request.error_type.get().is_none());
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
                request.error_type.set(own).unwrap();
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
        const fn site(
            name: &'static str,
            line: u32,
            routes: &'static [crate::declare::Route],
        ) -> Site {
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
}
