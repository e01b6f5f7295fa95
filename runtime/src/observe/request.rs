//! What is known of a request, and who claims it.

use std::cell::Cell;

use super::context::{RequestId, TraceContext};
use super::endpoint::Endpoint;
use super::outcome::Outcome;
use super::site::Site;
use super::verdict::Verdict;
use crate::declare::Operation;
use crate::record::ambient::StoreRef;

/// What is known of a request.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "`request_id` is the field's word for it")]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) request_id: RequestId,
    pub(crate) trace: TraceContext,
    pub(crate) endpoint: Cell<Option<&'static Endpoint>>,
    /// The handler's operation: the endpoint's, unless another application of this process has the same.
    pub(super) operation: Cell<Option<&'static Operation>>,
    /// The handler's error, for the closing event.
    pub(super) error_type: Cell<&'static str>,
    handled: Cell<bool>,
}

impl Request {
    pub(crate) fn new(method: &'static str, request_id: RequestId, trace: TraceContext) -> Self {
        Self {
            method,
            request_id,
            trace,
            endpoint: Cell::new(None),
            operation: Cell::new(None),
            error_type: Cell::new(""),
            handled: Cell::new(false),
        }
    }

    /// Names the endpoint, unless an inner layer did before.
    pub(crate) fn claim(
        &self,
        store: &StoreRef,
        endpoint: &'static Endpoint,
        operation: Option<&'static Operation>,
    ) {
        if self.endpoint.get().is_none() {
            self.endpoint.set(Some(endpoint));
            self.operation.set(operation);
            endpoint.start(store.get());
        }
    }

    /// Whether `site` is this request's operation, and is called for the first time.
    pub(super) fn handled_by(&self, site: &'static Site) -> bool {
        self.operation.get().is_some_and(|operation| operation.place == site.operation.place)
            && !self.handled.replace(true)
    }

    /// The fault that a request's end names: its handler's, else what the response says.
    pub(super) fn named_fault(&self, verdict: Verdict) -> &'static str {
        match (verdict.outcome, self.error_type.get()) {
            (Outcome::Ok | Outcome::Cancelled | Outcome::Aborted, _) | (_, "") => {
                verdict.error_type
            }
            (_, named) => named,
        }
    }
}
