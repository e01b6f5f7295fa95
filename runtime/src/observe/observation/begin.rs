//! How an observation begins.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

use super::{Observation, Subject};
use crate::observe::captured::Captured;
use crate::observe::context::TraceContext;
use crate::observe::current;
use crate::observe::shared::Shared;
use crate::observe::site::Site;
use crate::observe::span_recorder::{self, SpanRecorder};
use crate::record::ambient::StoreRef;
use crate::record::clock::Reading;

impl Observation {
    pub(super) fn new(
        store: StoreRef,
        subject: Subject,
        trace: Option<TraceContext>,
        remote: bool,
    ) -> Self {
        Self::with(Captured::new(), store, subject, trace, remote)
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "else a call is written twice: here, and where it stays"
    )]
    fn with(
        fields: Captured,
        store: StoreRef,
        subject: Subject,
        trace: Option<TraceContext>,
        remote: bool,
    ) -> Self {
        let recorder = SpanRecorder::of(trace.as_ref(), store.get(), remote);
        let trace = Cell::new(trace);
        // The clock is read last, so that the work above is not measured.
        let started = Reading::now();
        Self { started, trace, recorder, ..Self::untraced(fields, store, subject) }
    }

    /// An observation without data.
    ///
    /// It is copied from constants. Assembled from parts, its unset fields would be copied together
    /// with fields that were just written, which is a store-forwarding stall.
    #[expect(clippy::declare_interior_mutable_const, reason = "each use creates a new value")]
    const UNKNOWN: Self = Self {
        store: StoreRef::global(),
        subject: Subject::Carried,
        started: Reading::NONE,
        trace: Cell::new(None),
        recorder: SpanRecorder::NONE,
        fields: Captured::new(),
        deferred: RefCell::new(Vec::new()),
        shared: OnceCell::new(),
        panicked: Cell::new(false),
        ended: Cell::new(false),
    };

    #[inline]
    fn untraced(fields: Captured, store: StoreRef, subject: Subject) -> Self {
        Self { store, subject, fields, ..Self::UNKNOWN }
    }

    /// Begins a call with the fields that were captured before it. The first call of a request's
    /// own operation within that request is its handler.
    pub(crate) fn call(site: &'static Site, fields: Captured) -> Self {
        let (store, claimed, trace) = call_begins(site);
        Self::with(fields, store, Subject::Call { site, claimed }, trace, false)
    }

    /// Begins a call in its final place, because moving one that was just written costs more than
    /// writing it.
    ///
    /// Written without a trace first, as most calls have none. Moving an optional trace that was
    /// assembled elsewhere is a store-forwarding stall.
    pub(crate) fn call_at(slot: &mut Option<Self>, site: &'static Site) {
        let (store, claimed, trace) = call_begins(site);
        let fields = Captured::new();
        let call = slot
            .get_or_insert_with(|| Self::untraced(fields, store, Subject::Call { site, claimed }));
        if let Some(trace) = trace {
            call.recorder = SpanRecorder::of(Some(&trace), call.store.get(), false);
            call.trace.set(Some(trace));
        }
        // The clock is read last, so that the work above is not measured.
        call.started = Reading::now();
    }

    /// Continues the observation that `shared` belongs to, in another task or thread.
    pub(crate) fn carried(shared: Arc<Shared>) -> Self {
        let store = shared.store.clone();
        let shared = OnceCell::from(shared);
        Self { shared, ..Self::new(store, Subject::Carried, None, false) }
    }
}

/// Counts the start of a call of `site`. Returns the store, whether it is the call of a request's
/// handler, and its trace context.
#[inline(always)]
#[expect(clippy::inline_always, reason = "what it gives is large, and written where it stays")]
fn call_begins(site: &'static Site) -> (StoreRef, bool, Option<TraceContext>) {
    let store = StoreRef::current_for(site.operation.name, &site.operation.location);
    let claimed = current::is_any() && is_handler(site);
    let trace = span_recorder::enclosing(store.get());
    site.start(store.get());
    (store, claimed, trace)
}

/// Whether a call of `site` that begins now is that of its request's handler.
fn is_handler(site: &'static Site) -> bool {
    let handled = current::request(|shared, _| {
        shared.request().is_some_and(|request| request.handled_by(&shared.store, site))
    });
    handled.unwrap_or(false)
}
