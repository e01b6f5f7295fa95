//! How an observation begins.

use std::cell::{Cell, OnceCell};
use std::sync::Arc;

use super::{Observation, Subject};
use crate::observe::captured::Captured;
use crate::observe::context::{TraceCell, TraceContext, random_span};
use crate::observe::current;
use crate::observe::deferred::DeferredList;
use crate::observe::polls::{PollCount, Polls};
use crate::observe::sampling;
use crate::observe::shared::{Begun, Shared};
use crate::observe::site::Site;
use crate::observe::span_recorder::SpanRecorder;
use crate::observe::story::StoryCell;
use crate::record::ambient::StoreRef;
use crate::record::clock::Reading;

impl Observation {
    pub(super) fn new(store: StoreRef, subject: Subject) -> Self {
        let mut observation = Self::unstarted(Captured::new(), store, subject);
        // The clock is read last, so that the work above is not measured.
        let now = Reading::now();
        observation.started = now;
        observation.polls.begin(now);
        observation
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
        trace: TraceCell::new(),
        recorder: SpanRecorder::NONE,
        fields: Captured::new(),
        deferred: DeferredList::new(),
        shared: OnceCell::new(),
        polls: Polls::new(),
        poll_count: PollCount::new(),
        story: StoryCell::new(),
        panicked: Cell::new(false),
        ended: Cell::new(false),
    };

    #[inline]
    fn unstarted(fields: Captured, store: StoreRef, subject: Subject) -> Self {
        Self { store, subject, fields, ..Self::UNKNOWN }
    }

    /// A call that has not begun, with the fields that were captured before it.
    #[inline]
    pub(crate) fn call(site: &'static Site, fields: Captured) -> Self {
        let store = StoreRef::current_for(&site.operation);
        Self::unstarted(fields, store, Subject::Call { site, claimed: false })
    }

    /// Begins the call, in the place where it stays: moving an observation that was just written
    /// costs more than writing it.
    #[inline]
    pub(crate) fn begin_call(&mut self, site: &'static Site) {
        if current::is_any() || sampling::may_be_in_trace(self.store.get()) {
            self.begin_within(site);
        }
        site.start(self.store.get());
        // The clock is read last, so that the work above is not measured.
        let now = Reading::now();
        self.started = now;
        self.polls.begin(now);
    }

    /// Finds the place of a call within the request and the trace around it. The first call of a
    /// request's own operation within that request is its handler.
    #[inline(never)]
    fn begin_within(&mut self, site: &'static Site) {
        let of_request = current::innermost(|outer| {
            let request = outer.request()?;
            let has_trace = outer.shared.get().is_some_and(|shared| shared.has_trace());
            Some((request.handled_by(&outer.store, site), has_trace))
        });
        let (claimed, may_be_in_trace) =
            of_request.flatten().unwrap_or_else(|| (is_handler(site), true));
        self.subject = Subject::Call { site, claimed };
        if may_be_in_trace || sampling::may_be_in_trace(self.store.get()) {
            self.enter_trace();
        }
        if site.is_tool() {
            if let Some(caller) = current::caller() {
                caller.begin_tool();
            }
        }
    }

    #[inline(never)]
    fn enter_trace(&mut self) {
        let store = self.store.get();
        let begun = current::innermost(|outer| outer.of_caller()?.begin_call());
        let (place, remote_parent) = match begun.flatten() {
            None => (sampling::of_call(store), false),
            Some(Begun::Alone) => (sampling::of_request(store, None), false),
            Some(Begun::InTraceOf(trace)) => {
                let span_id = random_span();
                (sampling::of_request(store, Some(TraceContext { span_id, ..trace.child() })), true)
            }
        };
        if let Some(place) = place {
            self.recorder = SpanRecorder::of(&place, store, remote_parent);
            self.trace.set(place.trace);
        }
    }

    /// Continues the observation that `shared` belongs to, in another task or thread.
    pub(crate) fn carried(shared: Arc<Shared>) -> Self {
        let store = shared.store.clone();
        let shared = OnceCell::from(shared);
        Self { shared, ..Self::new(store, Subject::Carried) }
    }
}

/// Whether a call of `site` that begins now is that of its request's handler, if the request's observation is not the innermost
/// one.
#[inline(never)]
fn is_handler(site: &'static Site) -> bool {
    let handled = current::request(|shared, _| {
        shared.request().is_some_and(|request| request.handled_by(&shared.store, site))
    });
    handled.unwrap_or(false)
}
