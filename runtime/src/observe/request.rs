//! What is known of a request, and who claims it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::context::RequestId;
use super::endpoint::{self, Endpoint};
use super::site::Site;
use crate::declare::Operation;
use crate::record::ambient::StoreRef;

/// What is known of a request. Any thread may claim it: a middleware may have spawned the rest of the
/// request.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "`request_id` is the field's word for it")]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) request_id: RequestId,
    claim: OnceLock<Claim>,
    handled: AtomicBool,
    /// Bytes of its body that were read.
    received: AtomicU64,
}

/// Nobody counts the body.
const UNCOUNTED: u64 = u64::MAX;

/// Where a request belongs.
#[derive(Clone, Copy, Debug)]
struct Claim {
    endpoint: &'static Endpoint,
    /// The handler's operation: the endpoint's, unless another application of this process has the same.
    operation: Option<&'static Operation>,
}

impl Request {
    pub(crate) const fn new(method: &'static str, request_id: RequestId) -> Self {
        Self {
            method,
            request_id,
            claim: OnceLock::new(),
            handled: AtomicBool::new(false),
            received: AtomicU64::new(UNCOUNTED),
        }
    }

    /// Names the endpoint, unless an inner layer did before, or the request has ended.
    pub(super) fn claim(
        &self,
        store: &StoreRef,
        endpoint: &'static Endpoint,
        operation: Option<&'static Operation>,
    ) {
        self.claim.get_or_init(|| {
            // Before anyone can see the claim, and end it.
            endpoint.start(store.get());
            Claim { endpoint, operation }
        });
    }

    /// The endpoint of a request that ends: what nobody claimed was not matched, and can be claimed no more.
    pub(super) fn settle(&self, store: &StoreRef) -> &'static Endpoint {
        if self.claim.get().is_none() {
            self.claim(store, endpoint::intern(self.method, endpoint::UNMATCHED), None);
        }
        match self.claim.get() {
            Some(claim) => claim.endpoint,
            None => unreachable!("claimed above"),
        }
    }

    /// Says that its body is counted from now on: it is empty, or will be told by [`receive`](Self::receive).
    pub(crate) fn count_body(&self) {
        self.received.store(0, Ordering::Relaxed);
    }

    /// Counts bytes of its body. Wherever the body is read: it may outlive its request.
    pub(crate) fn receive(&self, bytes: usize) {
        self.received.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// How many bytes of its body were read so far; `None` where nobody counts them.
    pub(super) fn received(&self) -> Option<u64> {
        Some(self.received.load(Ordering::Relaxed)).filter(|bytes| *bytes != UNCOUNTED)
    }

    pub(super) fn operation(&self) -> Option<&'static Operation> {
        self.claim.get()?.operation
    }

    /// Whether `site` is this request's operation, and is called for the first time.
    pub(super) fn handled_by(&self, site: &'static Site) -> bool {
        self.operation().is_some_and(|operation| operation.place == site.operation.place)
            && !self.handled.swap(true, Ordering::Relaxed)
    }
}
