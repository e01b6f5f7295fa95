//! The part of an observation that can leave its thread.

use std::sync::Mutex;

use super::context::{RequestId, TraceContext};
use super::fields::FieldValue;
use super::observation::Fields;
use crate::declare::{FaultTag, Operation};
use crate::record::ambient::StoreRef;
use crate::record::sync_lock;

/// The part of an observation that other threads reach.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) request_id: Option<RequestId>,
    pub(crate) trace: Option<TraceContext>,
    pub(crate) store: StoreRef,
    pub(crate) operation: Option<&'static Operation>,
    late: Mutex<Late>,
}

#[derive(Debug, Default)]
pub(super) struct Late {
    pub(super) fields: Fields,
    pub(super) fault: Option<FaultTag>,
}

impl Shared {
    pub(super) fn new(
        request_id: Option<RequestId>,
        trace: Option<TraceContext>,
        store: StoreRef,
        operation: Option<&'static Operation>,
    ) -> Self {
        Self { request_id, trace, store, operation, late: Mutex::default() }
    }

    /// Takes what was recorded through it.
    pub(super) fn take(&self) -> Late {
        std::mem::take(&mut *sync_lock(&self.late))
    }

    pub(crate) fn record(&self, name: &'static str, value: FieldValue) {
        sync_lock(&self.late).fields.push((name, value));
    }

    pub(crate) fn fail(&self, fault: FaultTag) {
        sync_lock(&self.late).fault.get_or_insert(fault);
    }
}
