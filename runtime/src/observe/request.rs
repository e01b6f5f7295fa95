//! The data of a request, and its claim.

use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::context::TraceState;
use super::endpoint::{self, Endpoint, EndpointClaim, TransferStats};
use super::first_poll;
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
    error_type: OnceLock<&'static str>,
    /// Whether it may have an adopted id, a `tracestate` or an error type, as few requests have.
    has_extras: AtomicBool,
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
            has_extras: AtomicBool::new(true),
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
        if *self.has_extras.get_mut() {
            self.forget_extras();
        }
        self.claim = OnceRef::new();
        self.operation = OnceRef::new();
        *self.handled.get_mut() = false;
        *self.head.get_mut() = 0;
        *self.received.get_mut() = UNCOUNTED;
        *self.sent.get_mut() = 0;
    }

    #[cold]
    fn forget_extras(&mut self) {
        self.adopted_id = OnceLock::new();
        self.tracestate = None;
        self.error_type = OnceLock::new();
        *self.has_extras.get_mut() = false;
    }

    /// Sets the caller's `tracestate`.
    pub(super) fn set_tracestate(&mut self, tracestate: Option<TraceState>) {
        *self.has_extras.get_mut() = true;
        self.tracestate = tracestate;
    }

    /// Sets the handler's error type. The first one stays.
    #[cold]
    pub(super) fn set_error_type(&self, error_type: &'static str) {
        self.has_extras.store(true, Ordering::Relaxed);
        let _ = self.error_type.set(error_type);
    }

    /// The handler's error type.
    #[cfg(test)]
    pub(super) fn error_type(&self) -> Option<&'static str> {
        self.error_type.get().copied()
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
            self.has_extras.store(true, Ordering::Relaxed);
            let _ = self.adopted_id.set(id);
        }
    }

    /// Claims the request for an endpoint, unless an inner layer did so before or the request has
    /// ended. Returns whether it did.
    pub(super) fn claim(&self, store: &StoreRef, claim: &'static EndpointClaim) -> bool {
        if self.claim.get().is_some() {
            return false;
        }
        // Counted before another thread can see the claim, and end the request.
        claim.endpoint.start(store.get());
        let is_claimed = self.claim.set(claim);
        if is_claimed {
            first_poll::claimed(store.get(), claim.endpoint);
            claim.endpoint.tell_folded(store.get());
        } else {
            // Another thread claimed the request first.
            claim.endpoint.take_back_start(store.get());
        }
        is_claimed
    }

    /// The endpoint that it was claimed for.
    pub(crate) fn endpoint(&self) -> Option<&'static Endpoint> {
        self.claim.get().map(|claim| claim.endpoint)
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

    /// Nanoseconds to the response's head, if it was sent and a body follows it.
    pub(crate) fn answered(&self) -> Option<u64> {
        Some(self.head.load(Ordering::Relaxed)).filter(|head| *head > 0)
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

    /// The time of the head and the bytes that were sent, if the request had no body and was answered with one, as most are.
    #[inline]
    pub(crate) fn common_transfer(&self) -> Option<(u64, u64)> {
        let head = self.head.load(Ordering::Relaxed);
        let sent = self.sent.load(Ordering::Relaxed);
        let is_common =
            self.received.load(Ordering::Relaxed) == 0 && head != 0 && sent != UNCOUNTED;
        is_common.then_some((head, sent))
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
    #[inline(never)]
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
mod tests;
