//! The part of an observation that other threads can use.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering, fence};
use std::sync::{Arc, Mutex, OnceLock};

use super::context::{TraceContext, TraceState};
use super::deferred::Deferred;
use super::endpoint::EndpointClaim;
use super::in_flight::Waiting;
#[cfg(feature = "traces")]
use super::pending_trace::PendingTrace;
use super::request::Request;
use super::request_id::RequestId;
use super::span_recorder::SpanEvent;
use super::stored_fields::Fields;
#[cfg(feature = "telemetry")]
use super::story::{StoryCell, buffer::StoryBuffer};
use crate::declare::FieldValue;
use crate::declare::Outcome;
use crate::declare::{FaultTag, Operation};
use crate::record::ambient::StoreRef;
use crate::record::sync_lock;

/// The part of an observation that other threads can use.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The trace context. That of a request is made when it is needed first.
    trace: OnceLock<TraceContext>,
    pub(crate) store: StoreRef,
    part: Part,
    /// The trace context of another tracing layer of the service, if its own leads nowhere.
    adopted_trace: OnceLock<TraceContext>,
    /// Whether its trace context was sent to another process.
    sent_on: AtomicBool,
    /// Whether any of the three above was set, as for few requests.
    has_trace: AtomicBool,
    /// Whether `cross_thread` contains anything, so that an observation that stays on its thread
    /// takes no lock.
    state: AtomicU8,
    /// The outcome of the response's head, plus one.
    decided: AtomicU8,
    cross_thread: Mutex<CrossThreadData>,
    /// Its trace, if the spans of that wait for its end.
    #[cfg(feature = "traces")]
    pending: Option<Arc<PendingTrace>>,
    /// What it publishes while it waits.
    pub(super) waiting: Waiting,
}

/// What an observation belongs to.
#[derive(Debug)]
pub(super) enum Part {
    /// A request.
    Request(Request),
    /// Anything else, within a request or not, and perhaps within a tool call from elsewhere.
    Within {
        operation: Option<&'static Operation>,
        request: Option<Arc<Shared>>,
        caller: Option<Arc<Shared>>,
    },
    /// Where a tool call comes from.
    Caller(Caller),
}

/// Where a tool call comes from: its trace is that of the caller, and its request is only the transport.
#[derive(Debug)]
pub(crate) struct Caller {
    /// Whether the trace is that of another process, not of the request here.
    is_remote: bool,
    tracestate: Option<TraceState>,
    request: Option<Arc<Shared>>,
    /// Whether the call of a tool has begun.
    has_begun: AtomicBool,
}

/// Where the first call of a task belongs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Begun {
    /// In a trace of another process, as a child of its span.
    InTraceOf(TraceContext),
    /// In no trace yet.
    Alone,
}

/// No other thread added anything.
const UNTOUCHED: u8 = 0;
/// Another thread added something.
const TOUCHED: u8 = 1;
/// The observation has ended.
const CLOSED: u8 = 2;

/// The data that other threads added.
#[derive(Debug, Default)]
pub(crate) struct CrossThreadData {
    pub(super) fields: Fields,
    pub(super) fault: Option<FaultTag>,
    pub(super) events: Vec<SpanEvent>,
    pub(crate) deferred: Vec<Deferred>,
    #[cfg(feature = "telemetry")]
    pub(super) story: StoryCell,
}

impl Shared {
    /// Where a tool call comes from: the context that the caller sent, else the request that transports it.
    pub(crate) fn caller(
        remote: Option<(TraceContext, Option<TraceState>)>,
        request: Option<Arc<Self>>,
        store: StoreRef,
    ) -> Self {
        let is_remote = remote.is_some();
        let (trace, tracestate) = remote.unzip();
        // Spans here are children of the caller's.
        let trace = trace.map(|trace| TraceContext {
            span_id: trace.parent_id.unwrap_or(trace.span_id),
            parent_id: None,
            ..trace
        });
        let trace = trace.or_else(|| request.as_ref()?.place_in_trace());
        #[cfg(feature = "traces")]
        let pending = request.as_ref().filter(|_| !is_remote);
        #[cfg(feature = "traces")]
        let pending = pending.and_then(|request| request.pending().cloned());
        let has_begun = AtomicBool::new(false);
        let tracestate = tracestate.flatten();
        let caller = Caller { is_remote, tracestate, request, has_begun };
        #[cfg_attr(not(feature = "traces"), expect(unused_mut, reason = "it has no spans"))]
        let mut shared = Self::new(trace, store, Part::Caller(caller));
        #[cfg(feature = "traces")]
        shared.set_pending(pending);
        shared
    }

    /// What it is within, if that is a tool call from elsewhere.
    pub(super) fn of_caller(self: &Arc<Self>) -> Option<&Arc<Self>> {
        match &self.part {
            Part::Caller(_) => Some(self),
            Part::Within { caller, .. } => caller.as_ref(),
            Part::Request(_) => None,
        }
    }

    /// Notes that the call of a tool has begun in it.
    pub(super) fn begin_tool(&self) {
        if let Part::Caller(caller) = &self.part {
            caller.has_begun.store(true, Ordering::Relaxed);
        }
    }

    /// Where a call begins whose innermost observation this is. `None` for that of a call in this process.
    pub(super) fn begin_call(&self) -> Option<Begun> {
        let Part::Caller(caller) = &self.part else { return None };
        if caller.is_remote {
            return self.trace().map(Begun::InTraceOf);
        }
        caller.request.is_none().then_some(Begun::Alone)
    }

    /// Whether the call of a tool has begun in it.
    pub(crate) fn has_begun(&self) -> bool {
        matches!(&self.part, Part::Caller(caller) if caller.has_begun.load(Ordering::Relaxed))
    }

    /// Resets this part, which belongs to an ended request and has no other handle, for a new
    /// request of the same store without a trace.
    #[inline]
    pub(super) fn renew(&mut self) -> Option<&mut Request> {
        if *self.has_trace.get_mut() {
            self.forget_trace();
        }
        *self.state.get_mut() = UNTOUCHED;
        *self.decided.get_mut() = 0;
        // The data of other threads was taken when the request ended, and none was added later: see
        // `touch`.
        match &mut self.part {
            Part::Request(request) => Some(request),
            Part::Within { .. } | Part::Caller(_) => None,
        }
    }

    #[cold]
    fn forget_trace(&mut self) {
        self.trace = OnceLock::new();
        self.adopted_trace = OnceLock::new();
        *self.sent_on.get_mut() = false;
        *self.has_trace.get_mut() = false;
    }

    /// Sets the trace of a renewed request.
    pub(super) fn renew_trace(
        &mut self,
        trace: Option<TraceContext>,
        tracestate: Option<TraceState>,
    ) {
        *self.has_trace.get_mut() = trace.is_some();
        self.trace = optional(trace);
        if let Part::Request(request) = &mut self.part {
            request.set_tracestate(tracestate);
        }
    }

    /// Lets the spans of its trace wait for the trace's end, and returns that trace.
    #[cfg(feature = "traces")]
    pub(super) fn wait(&mut self) -> Arc<PendingTrace> {
        let pending = self.pending.get_or_insert_default();
        match Arc::get_mut(pending) {
            Some(pending) => pending.renew(),
            // A span of an earlier request still has it.
            None => *pending = Arc::default(),
        }
        Arc::clone(pending)
    }

    /// Sets its trace, if the spans of that wait for its end.
    #[cfg(feature = "traces")]
    pub(super) fn set_pending(&mut self, pending: Option<Arc<PendingTrace>>) {
        self.pending = pending;
    }

    /// Its trace, if the spans of that wait for its end.
    #[cfg(feature = "traces")]
    pub(super) fn pending(&self) -> Option<&Arc<PendingTrace>> {
        self.pending.as_ref()
    }

    /// Whether spans within it wait for the end of their trace.
    #[cfg(feature = "traces")]
    pub(super) fn is_pending(&self) -> bool {
        self.pending.as_ref().is_some_and(|pending| !pending.is_dropped())
    }

    pub(super) fn new(trace: Option<TraceContext>, store: StoreRef, part: Part) -> Self {
        let (state, decided) = (AtomicU8::new(UNTOUCHED), AtomicU8::new(0));
        let (adopted_trace, sent_on) = (OnceLock::new(), AtomicBool::new(false));
        let has_trace = AtomicBool::new(trace.is_some());
        let (trace, cross_thread) = (optional(trace), Mutex::default());
        let waiting = Waiting::new();
        Self {
            trace,
            store,
            part,
            adopted_trace,
            sent_on,
            has_trace,
            state,
            decided,
            cross_thread,
            #[cfg(feature = "traces")]
            pending: None,
            waiting,
        }
    }

    /// The request, if this is one.
    pub(crate) const fn request(&self) -> Option<&Request> {
        match &self.part {
            Part::Request(request) => Some(request),
            Part::Within { .. } | Part::Caller(_) => None,
        }
    }

    /// The request that it is or belongs to.
    pub(super) fn outermost(self: &Arc<Self>) -> Option<&Arc<Self>> {
        match &self.part {
            Part::Request(_) => Some(self),
            Part::Within { request, .. } => request.as_ref(),
            // It is only the transport: it decides nothing here, and its response may have been sent.
            Part::Caller(_) => None,
        }
    }

    pub(crate) fn request_id(&self) -> Option<&RequestId> {
        match &self.part {
            Part::Request(request) => Some(request.id()),
            Part::Within { request, caller, .. } => {
                request.as_ref().or(caller.as_ref())?.request_id()
            }
            Part::Caller(caller) => caller.request.as_ref()?.request_id(),
        }
    }

    pub(crate) fn tracestate(&self) -> Option<&TraceState> {
        match &self.part {
            Part::Request(request) => request.tracestate.as_ref(),
            Part::Within { request, caller, .. } => {
                request.as_ref().or(caller.as_ref())?.tracestate()
            }
            Part::Caller(caller) if caller.is_remote => caller.tracestate.as_ref(),
            Part::Caller(caller) => caller.request.as_ref()?.tracestate(),
        }
    }

    /// The trace context, as far as it is known.
    pub(crate) fn trace(&self) -> Option<TraceContext> {
        self.adopted_trace.get().or_else(|| self.trace.get()).copied()
    }

    /// Whether it may have a trace context.
    #[inline]
    pub(super) fn has_trace(&self) -> bool {
        self.has_trace.load(Ordering::Relaxed)
    }

    /// Whether its trace is known to another process or to an exporter.
    #[inline]
    pub(super) fn is_in_known_trace(&self) -> bool {
        self.has_trace() && (self.is_sent_on() || self.trace().is_some_and(|trace| trace.known))
    }

    /// Whether its trace is sampled.
    #[inline]
    pub(super) fn is_sampled(&self) -> bool {
        self.has_trace() && self.trace().is_some_and(|trace| trace.sampled)
    }

    /// The trace context. A request without one begins a trace.
    pub(super) fn place_in_trace(&self) -> Option<TraceContext> {
        match &self.part {
            Part::Request(_) if self.adopted_trace.get().is_none() => {
                self.has_trace.store(true, Ordering::Relaxed);
                Some(*self.trace.get_or_init(TraceContext::root))
            }
            _ => self.trace(),
        }
    }

    /// Adopts the trace context of another tracing layer of the service. The first one stays.
    #[cfg(feature = "traces")]
    pub(super) fn adopt_trace(&self, trace: TraceContext) {
        self.has_trace.store(true, Ordering::Relaxed);
        let _ = self.adopted_trace.set(trace);
    }

    /// The trace context, to be sent to another process: from now on its id leads somewhere, so
    /// lines contain it.
    pub(super) fn send_on(&self) -> Option<TraceContext> {
        let trace = self.place_in_trace();
        if trace.is_some_and(|trace| !trace.known) {
            self.sent_on.store(true, Ordering::Relaxed);
            if let Part::Within { request, caller, .. } = &self.part {
                request.iter().chain(caller).for_each(|outer| outer.set_sent_on());
            }
        }
        trace
    }

    /// Notes that the trace of work within it was sent to another process.
    fn set_sent_on(&self) {
        self.sent_on.store(true, Ordering::Relaxed);
        if let Part::Caller(Caller { request, .. }) = &self.part {
            // Without a request, the work in it began the trace.
            self.has_trace.store(true, Ordering::Relaxed);
            if let Some(request) = request {
                request.set_sent_on();
            }
        }
    }

    pub(super) fn is_sent_on(&self) -> bool {
        self.sent_on.load(Ordering::Relaxed)
    }

    pub(crate) fn operation(&self) -> Option<&'static Operation> {
        match &self.part {
            Part::Request(request) => request.operation(),
            Part::Within { operation, .. } => *operation,
            Part::Caller(_) => None,
        }
    }

    /// Claims a request for an endpoint, unless an inner layer did so before or the request has
    /// ended.
    pub(crate) fn claim(&self, claim: &'static EndpointClaim) {
        if let Some(request) = self.request() {
            request.claim(&self.store, claim);
        }
    }

    /// Like [`claim`](Self::claim), with the operation of the handler.
    pub(crate) fn claim_by(&self, claim: &'static EndpointClaim, operation: &'static Operation) {
        if let Some(request) = self.request() {
            let is_claimed = request.claim(&self.store, claim);
            if !(is_claimed && claim.is_of(operation)) {
                request.name(&self.store, claim.endpoint, operation);
            }
        }
    }

    pub(crate) fn record(&self, name: &'static str, value: FieldValue<'_>) {
        // Formats before it takes the lock: a `Display` may run any code.
        let mut field = Fields::default();
        field.push(name, value);
        self.touch(|cross_thread| cross_thread.fields.extend(&field));
    }

    pub(crate) fn fail(&self, fault: FaultTag) {
        self.touch(|cross_thread| {
            cross_thread.fault.get_or_insert(fault);
        });
    }

    /// Adds an event to its span.
    #[cfg(feature = "traces")]
    pub(super) fn note(&self, event: SpanEvent) {
        self.touch(|cross_thread| {
            if cross_thread.events.len() < SpanEvent::MAX {
                cross_thread.events.push(event);
            }
        });
    }

    /// Takes the story of work in another task, unless the observation has ended.
    #[cfg(feature = "telemetry")]
    pub(super) fn take_story(&self, story: Box<StoryBuffer>) {
        self.touch(|cross_thread| cross_thread.story.absorb(story, 0));
    }

    /// Takes the fields of the request's handler for the closing event. `false` if the request has
    /// ended.
    pub(super) fn give(&self, fields: &Fields) -> bool {
        self.touch(|cross_thread| cross_thread.fields.extend(fields))
    }

    /// Defers a decision to the head of the response; returns it if the head was sent or the
    /// request has ended.
    pub(crate) fn defer(&self, deferred: Deferred) -> Option<Deferred> {
        let mut deferred = Some(deferred);
        self.touch(|cross_thread| {
            if self.decided().is_none() {
                cross_thread.deferred.extend(deferred.take());
            }
        });
        deferred
    }

    /// Sets the outcome of the head. Returns whether a decision may be deferred here.
    pub(super) fn decide(&self, outcome: Outcome) -> bool {
        self.decided.store(outcome as u8 + 1, Ordering::Relaxed);
        self.state.load(Ordering::Acquire) == TOUCHED
    }

    /// Takes the deferred decisions. The caller decides without the lock, because a call that ends
    /// may take it.
    pub(super) fn take_deferred(&self) -> Vec<Deferred> {
        std::mem::take(&mut sync_lock(&self.cross_thread).deferred)
    }

    /// The outcome of the response's head, once it is known.
    pub(crate) fn decided(&self) -> Option<Outcome> {
        let number = self.decided.load(Ordering::Relaxed);
        Outcome::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// Whether its observation has ended.
    pub(crate) fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) == CLOSED
    }

    /// Closes it: returns the data of other threads, and accepts no more.
    pub(crate) fn close(self: &Arc<Self>) -> Option<CrossThreadData> {
        // `strong_count == 1`: no other thread has a handle or can get one, so no atomic exchange is needed.
        let state = if Arc::strong_count(self) == 1 {
            // Pairs with the release of handles that were dropped: their changes are visible.
            fence(Ordering::Acquire);
            let state = self.state.load(Ordering::Relaxed);
            self.state.store(CLOSED, Ordering::Relaxed);
            state
        } else {
            self.state.swap(CLOSED, Ordering::AcqRel)
        };
        (state == TOUCHED).then(|| self.cross_thread())
    }

    #[cold]
    fn cross_thread(&self) -> CrossThreadData {
        std::mem::take(&mut *sync_lock(&self.cross_thread))
    }

    /// Changes the data of other threads, unless the observation has ended.
    fn touch(&self, change: impl FnOnce(&mut CrossThreadData)) -> bool {
        let mut cross_thread = sync_lock(&self.cross_thread);
        // Checked under the lock: a thread that closes later waits for this change.
        let state =
            self.state.compare_exchange(UNTOUCHED, TOUCHED, Ordering::AcqRel, Ordering::Acquire);
        let open = state != Err(CLOSED);
        if open {
            change(&mut cross_thread);
        }
        open
    }
}

/// A cell with `value`, if there is one.
fn optional<T>(value: Option<T>) -> OnceLock<T> {
    value.map_or_else(OnceLock::new, OnceLock::from)
}

#[cfg(test)]
mod tests;
