//! The observation: one execution, from its start to its one end.

mod begin;
mod close;
mod pooled;

pub(crate) use pooled::{PooledObservation, Remote};

use std::cell::{Cell, OnceCell};
use std::sync::Arc;

use tracing_core::LevelFilter;

use super::captured::Captured;
#[cfg(feature = "traces")]
use super::context::TraceState;
use super::context::{TraceCell, TraceContext, random_span};
use super::current;
use super::deferred::{Deferred, DeferredList};
use super::endpoint::Endpoint;
#[cfg(feature = "traces")]
use super::pending_trace::PendingTrace;
use super::polls::{PollCount, Polls};
use super::request::Request;
use super::request_id::RequestId;
use super::shared::{Part, Shared};
use super::site::Site;
#[cfg(feature = "traces")]
use super::span_recorder::SpanEvent;
use super::span_recorder::SpanRecorder;
use super::story::StoryCell;
use super::verdict::Verdict;
use crate::declare::FieldValue;
use crate::declare::Operation;
use crate::declare::Outcome;
use crate::declare::field::Constants;
use crate::record::ambient::StoreRef;
use crate::record::clock::Reading;
use crate::record::exemplar::Origin;

/// One execution of an operation, or one request. Ends exactly once.
#[derive(Debug)]
pub(crate) struct Observation {
    pub(crate) store: StoreRef,
    pub(crate) subject: Subject,
    started: Reading,
    /// The trace context of a call; that of a request is in the shared part. Ids that are not needed
    /// yet are not generated.
    trace: TraceCell,
    /// The span, if the trace is sampled and an exporter takes spans.
    pub(crate) recorder: SpanRecorder,
    fields: Captured,
    deferred: DeferredList,
    shared: OnceCell<Arc<Shared>>,
    pub(super) polls: Polls,
    pub(crate) poll_count: PollCount,
    /// What happened inside, if it is the outermost observation of its task.
    pub(crate) story: StoryCell,
    panicked: Cell<bool>,
    ended: Cell<bool>,
}

/// What is observed.
#[derive(Debug)]
pub(crate) enum Subject {
    /// A request, at the boundary. Its data is in the shared part, from the start.
    Request,
    /// A call of an annotated function; `claimed` if it is the handler of the request around it.
    Call { site: &'static Site, claimed: bool },
    /// The endless body of a response whose request has ended. Boxed, because it would enlarge
    /// every observation.
    Stream(Box<Stream>),
    /// Work that a request or call moved to another task or thread. It counts nothing itself.
    Carried,
}

/// The endless body of a response.
#[derive(Debug)]
pub(crate) struct Stream {
    /// The request, which has ended.
    pub(crate) request: Arc<Shared>,
    pub(crate) endpoint: &'static Endpoint,
    /// The verdict of the request.
    pub(crate) head: Verdict,
    pub(crate) sent: Cell<u64>,
}

impl Observation {
    /// Stores the time of the response's head, and that a body follows. Returns that time.
    #[inline]
    pub(crate) fn head(&self, request: &Request) -> Reading {
        let now = Reading::now();
        request.answer(now.since(self.started));
        now
    }

    /// When it began.
    #[inline]
    pub(crate) fn started(&self) -> Reading {
        self.started
    }

    /// Counts bytes of the body.
    pub(crate) fn send(&self, bytes: usize) {
        if let Subject::Stream(stream) = &self.subject {
            stream.sent.set(stream.sent.get() + bytes as u64);
        } else if let Some(request) = self.request() {
            request.send(bytes);
        }
    }

    /// The request, if the subject is one.
    #[inline]
    pub(crate) fn request(&self) -> Option<&Request> {
        self.shared.get().filter(|_| matches!(self.subject, Subject::Request))?.request()
    }

    /// Whether it is the observation of the request that `shared` belongs to, in the request's own task.
    #[inline]
    pub(crate) fn is_request(&self, shared: &Arc<Shared>) -> bool {
        matches!(self.subject, Subject::Request)
            && self.shared.get().is_some_and(|own| Arc::ptr_eq(own, shared))
    }

    /// Runs `f` with this observation as the current one.
    #[inline]
    pub(crate) fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        self.store.enter(|| current::enter(self, f))
    }

    /// Like [`enter`](Self::enter), for rare paths: takes a pointer to the function, so that it is
    /// compiled once and not for every `f`.
    #[cold]
    pub(crate) fn enter_rarely(&self, f: &mut dyn FnMut()) {
        self.enter(f);
    }

    /// Like [`enter`](Self::enter), and remembers whether `f` panicked.
    #[inline]
    pub(crate) fn poll<R>(&self, f: impl FnOnce() -> R) -> R {
        let unwinding = OnUnwind(&self.panicked);
        let value = self.enter(f);
        std::mem::forget(unwinding);
        value
    }

    pub(crate) fn capture(&self, name: &'static str, value: FieldValue<'_>) {
        if self.is_captured() {
            self.fields.push(name, value);
        }
    }

    pub(crate) fn capture_constants(&self, constants: Constants) {
        if self.is_captured() {
            self.fields.push_constants(constants);
        }
    }

    /// Whether anything takes its fields: a subscriber, or an exporter of its span.
    #[inline]
    fn is_captured(&self) -> bool {
        LevelFilter::current() != LevelFilter::OFF || self.recorder.is_on()
    }

    /// Whether a field of this name was captured.
    pub(crate) fn has_captured(&self, name: &str) -> bool {
        self.fields.has(name)
    }

    /// Defers a decision to the head of the response. `Err` returns it if the head was sent; `Ok`
    /// returns an earlier call that it replaces.
    pub(crate) fn defer(&self, deferred: Deferred) -> Result<Option<Deferred>, Deferred> {
        if self.shared.get().is_some_and(|shared| shared.decided().is_some()) {
            return Err(deferred);
        }
        Ok(self.deferred.add(deferred))
    }

    /// Sets the outcome of the head, and returns whether any decision was deferred.
    pub(crate) fn has_deferred(&self, outcome: Outcome) -> bool {
        let from_threads = match (&self.subject, self.shared.get()) {
            (Subject::Request, Some(shared)) => shared.decide(outcome),
            _ => false,
        };
        from_threads || !self.deferred.is_none()
    }

    /// Calls `decide` with all deferred decisions. This observation is current then, because calls
    /// report their end to it.
    #[cold]
    pub(crate) fn settle(&self, decide: &mut dyn FnMut(Deferred)) {
        let from_threads = self.shared.get().map(|shared| shared.take_deferred());
        let deferred = self.deferred.take().into_iter().chain(from_threads.into_iter().flatten());
        self.enter(|| deferred.for_each(decide));
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.ended.get()
    }

    /// The trace context within the trace of `outer`, or in a new trace, with all ids generated.
    #[inline]
    pub(super) fn place_in_trace(
        &self,
        outer: impl FnOnce() -> Option<TraceContext>,
    ) -> TraceContext {
        let of_request = self.request_part().and_then(Shared::place_in_trace);
        let known = of_request.or_else(|| self.trace.get());
        if let Some(trace) = known.filter(|trace| trace.span_id != 0) {
            return trace;
        }
        let begun = || outer().map_or_else(TraceContext::root, TraceContext::child);
        let mut trace = known.unwrap_or_else(begun);
        if trace.span_id == 0 {
            trace.span_id = random_span();
        }
        self.trace.set(trace);
        trace
    }

    pub(crate) fn operation(&self) -> Option<&'static Operation> {
        match &self.subject {
            Subject::Call { site, .. } => Some(&site.operation),
            _ => self.owner()?.operation(),
        }
    }

    pub(crate) fn request_id(&self) -> Option<&RequestId> {
        self.owner()?.request_id()
    }

    /// The trace context, as far as it is known.
    pub(crate) fn trace(&self) -> Option<TraceContext> {
        match &self.subject {
            Subject::Call { .. } => self.trace.get(),
            Subject::Request | Subject::Stream(_) | Subject::Carried => self.owner()?.trace(),
        }
    }

    /// The trace context of the work that it was moved from.
    pub(super) fn trace_of_owner(&self) -> Option<TraceContext> {
        self.owner()?.place_in_trace()
    }

    /// The shared part of a request.
    fn request_part(&self) -> Option<&Shared> {
        match &self.subject {
            Subject::Request => self.shared.get().map(|shared| &**shared),
            _ => None,
        }
    }

    /// Adopts the trace of another tracing layer of the service, which is the exported one, if its
    /// own leads nowhere.
    #[cfg(feature = "traces")]
    pub(crate) fn adopt_trace(&self, of_another_layer: impl FnOnce() -> Option<TraceContext>) {
        if self.trace().is_some_and(|trace| trace.known) {
            return;
        }
        if let Some(trace) = of_another_layer() {
            if let Subject::Call { .. } = self.subject {
                self.trace.set(trace);
            }
            if let Some(shared) = self.shared.get() {
                shared.adopt_trace(trace);
            }
        }
    }

    /// Whether another process or an exporter knows the trace.
    pub(super) fn is_in_known_trace(&self) -> bool {
        let of_call = || matches!(self.subject, Subject::Call { .. }) && self.trace.is_known();
        of_call()
            || self.owner().is_some_and(|shared| shared.is_in_known_trace())
            || self.shared.get().is_some_and(|shared| shared.is_sent_on())
    }

    /// Whether its trace is sampled, for a request.
    #[inline]
    pub(crate) fn is_sampled(&self) -> bool {
        self.shared.get().is_some_and(|shared| shared.is_sampled())
    }

    /// Its span, if the trace is sampled.
    pub(crate) fn sampled(&self) -> Option<Origin> {
        let trace = match &self.subject {
            Subject::Call { .. } => self.trace.sampled(),
            _ => self.trace().filter(|trace| trace.sampled),
        }?;
        Some(Origin { trace_id: trace.trace_id, span_id: trace.span_id })
    }

    /// Its trace, if the spans of that wait for its end.
    #[cfg(feature = "traces")]
    pub(crate) fn pending(&self) -> Option<Arc<PendingTrace>> {
        match &self.subject {
            Subject::Call { .. } => self.recorder.pending(),
            _ => self.owner()?.pending().cloned(),
        }
    }

    /// Whether spans within it wait for the end of their trace.
    #[cfg(feature = "traces")]
    pub(crate) fn is_pending(&self) -> bool {
        match &self.subject {
            Subject::Call { .. } => self.recorder.is_pending(),
            _ => self.owner().is_some_and(|shared| shared.is_pending()),
        }
    }

    /// The `tracestate` of the request.
    #[cfg(feature = "traces")]
    pub(crate) fn tracestate(&self) -> Option<&TraceState> {
        self.owner()?.tracestate()
    }

    /// Adds an event to its span.
    #[cfg(feature = "traces")]
    pub(crate) fn note(&self, event: SpanEvent) {
        match (&self.subject, self.shared.get()) {
            (Subject::Carried, Some(shared)) => shared.note(event),
            _ => self.recorder.extend([event]),
        }
    }

    /// The request that it is or belongs to.
    pub(crate) fn outermost(&self) -> Option<&Arc<Shared>> {
        self.owner()?.outermost()
    }

    /// Where the tool call around it comes from.
    pub(super) fn of_caller(&self) -> Option<&Arc<Shared>> {
        match &self.subject {
            Subject::Carried => self.shared.get()?.of_caller(),
            _ => None,
        }
    }

    /// The store, and what nested work continues; a call finds its request only through the frames
    /// around it.
    fn owner(&self) -> Option<&Arc<Shared>> {
        match &self.subject {
            Subject::Call { .. } => None,
            Subject::Stream(stream) => Some(&stream.request),
            Subject::Request | Subject::Carried => self.shared.get(),
        }
    }

    /// The part that other threads can use.
    pub(crate) fn shared(&self) -> Arc<Shared> {
        let shared = self.shared.get_or_init(|| {
            let trace = match &self.subject {
                Subject::Stream(_) | Subject::Carried => self.trace_of_owner(),
                // This observation is the innermost one, so the context is that of its own span.
                Subject::Request | Subject::Call { .. } => {
                    current::trace().map(|trace| self.place_in_trace(|| Some(trace)))
                }
            };
            let request = self.outermost().cloned();
            let request = request.or_else(|| current::request(|shared, _| Arc::clone(shared)));
            let caller = self.of_caller().cloned().or_else(current::caller);
            let part = Part::Within { operation: self.operation(), request, caller };
            #[cfg_attr(not(feature = "traces"), expect(unused_mut, reason = "it has no spans"))]
            let mut shared = Shared::new(trace, self.store.clone(), part);
            #[cfg(feature = "traces")]
            shared.set_pending(self.pending());
            Arc::new(shared)
        });
        Arc::clone(shared)
    }
}

struct OnUnwind<'a>(&'a Cell<bool>);

impl Drop for OnUnwind<'_> {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests;
