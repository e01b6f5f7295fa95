//! The observation: one execution, from its start to its one end.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::captured::{Captured, Taken};
use super::context::{RequestId, TraceContext, TraceState, random_span};
use super::counted::Waiting;
use super::current;
use super::endpoint::{Ending, Endpoint, Passed};
use super::fields::FieldValue;
use super::outcome::Outcome;
#[cfg(feature = "traces")]
use super::recording::SpanEvent;
use super::recording::{self, Recording};
use super::request::Request;
use super::shared::{Link, Part, Shared};
use super::site::Site;
use super::verdict::Verdict;
use crate::declare::{FaultTag, Operation};
use crate::emit::closing::{self, Closing};
use crate::record::ambient::StoreRef;
use crate::record::clock::Reading;
use crate::record::exemplar::Origin;

/// One execution of an operation, or one request. Ends exactly once.
#[derive(Debug)]
pub(crate) struct Observation {
    pub(crate) store: StoreRef,
    pub(crate) subject: Subject,
    started: Reading,
    /// Its place in a trace, as far as it is known: ids that nobody asked for are not made yet.
    trace: Cell<Option<TraceContext>>,
    /// The span, if the trace is sampled and someone takes spans.
    pub(crate) recording: Recording,
    fields: Captured,
    waiting: RefCell<Vec<Waiting>>,
    shared: Link,
    panicked: Cell<bool>,
    ended: Cell<bool>,
}

/// What is observed.
#[derive(Debug)]
pub(crate) enum Subject {
    /// A request, at the boundary. What is known of it is in the shared part, from the start.
    Request,
    /// A call of an annotated function; `claimed` when a request of the function's route encloses it.
    Call { site: &'static Site, claimed: bool },
    /// The endless body of a response whose request has ended. Boxed: it would make every observation larger.
    Stream(Box<Stream>),
    /// Work that a request or call handed to another task or thread. Counts nothing itself.
    Carried,
}

/// The endless body of a response.
#[derive(Debug)]
pub(crate) struct Stream {
    /// The request, which has ended.
    request: Arc<Shared>,
    endpoint: &'static Endpoint,
    /// How the request ended.
    head: Verdict,
    sent: Cell<u64>,
}

impl Observation {
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "else a call is written twice: here, and where it stays"
    )]
    fn new(store: StoreRef, subject: Subject, trace: Option<TraceContext>, remote: bool) -> Self {
        let recording = match trace {
            Some(trace) if trace.sampled => Recording::begun(store.get(), remote),
            _ => Recording::default(),
        };
        // Last: the rest is no part of what is observed.
        let started = Reading::now();
        Self {
            store,
            subject,
            trace: Cell::new(trace),
            recording,
            fields: Captured::default(),
            waiting: RefCell::default(),
            shared: Link::default(),
            panicked: Cell::new(false),
            ended: Cell::new(false),
            started,
        }
    }

    /// Begins a request.
    pub(crate) fn begin_request(
        store: StoreRef,
        method: &'static str,
        request_id: RequestId,
        (trace, tracestate): (TraceContext, Option<TraceState>),
    ) -> Self {
        let trace = recording::sample(store.get(), trace);
        let part = Part::Request(Request::new(method, request_id, tracestate));
        let shared = Link::to(Shared::start(Some(trace), store.clone(), part));
        let remote = trace.parent_id.is_some();
        Self { shared, ..Self::new(store, Subject::Request, Some(trace), remote) }
    }

    /// Begins a call. The first call of a request's operation inside of it is its handler's.
    pub(crate) fn call(site: &'static Site) -> Self {
        let store = StoreRef::recording(site.operation.name, &site.operation.place);
        let claimed = current::is_any() && is_handler(site);
        let trace = recording::enclosing(store.get());
        site.start(store.get());
        Self::new(store, Subject::Call { site, claimed }, trace, false)
    }

    /// Goes on with what `shared` belongs to, in another task or thread.
    pub(crate) fn carried(shared: Arc<Shared>) -> Self {
        let store = shared.store.clone();
        let shared = Link::to(shared);
        Self { shared, ..Self::new(store, Subject::Carried, None, false) }
    }

    /// Ends a request by its head, as `head` says, and goes on with its endless body.
    pub(crate) fn into_stream(self, head: Verdict) -> Option<Self> {
        let (store, shared) = (self.store.clone(), self.shared());
        let request = shared.request()?;
        request.let_body_go_on();
        self.end(head);
        let endpoint = request.settle(&store);
        endpoint.start_stream(store.get());
        let stream = Box::new(Stream { request: shared, endpoint, head, sent: Cell::new(0) });
        Some(Self::new(store, Subject::Stream(stream), None, false))
    }

    /// Remembers when the response's head was there, and that a body follows.
    pub(crate) fn head(&self) {
        if let Some(request) = self.request() {
            request.answer(Reading::now().since(self.started));
        }
    }

    /// Counts bytes of the body.
    pub(crate) fn send(&self, bytes: usize) {
        if let Subject::Stream(stream) = &self.subject {
            stream.sent.set(stream.sent.get() + bytes as u64);
        } else if let Some(request) = self.request() {
            request.send(bytes);
        }
    }

    /// The request, if it is one.
    fn request(&self) -> Option<&Request> {
        self.shared.get().filter(|_| matches!(self.subject, Subject::Request))?.request()
    }

    /// Runs `f` with this observation as the current one.
    #[inline]
    pub(crate) fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        self.store.enter(|| current::enter(self, f))
    }

    /// As [`enter`](Self::enter), where that is rare: by a pointer, so that there is one of it and not one for
    /// every `f`.
    #[cold]
    pub(crate) fn enter_rarely(&self, f: &mut dyn FnMut()) {
        self.enter(f);
    }

    /// As [`enter`](Self::enter), and remembers if `f` panics.
    #[inline]
    pub(crate) fn poll<R>(&self, f: impl FnOnce() -> R) -> R {
        let unwinding = OnUnwind(&self.panicked);
        let value = self.enter(f);
        std::mem::forget(unwinding);
        value
    }

    /// Ends it when the guard is dropped, unless it has ended or the guard is disarmed.
    pub(crate) fn arm(&self) -> Armed<'_> {
        Armed(self)
    }

    /// Goes on with the fields that were captured before it began.
    #[inline]
    pub(crate) fn start_with(&self, fields: &Captured) {
        self.fields.swap(fields);
    }

    pub(crate) fn capture(&self, name: &'static str, value: FieldValue<'_>) {
        self.fields.push(name, value);
    }

    /// Whether a field of this name was captured.
    pub(crate) fn has_captured(&self, name: &str) -> bool {
        self.fields.has(name)
    }

    /// Decides an increment of a request when the response's head is known.
    pub(crate) fn wait(&self, waiting: Waiting) {
        match self.shared.get().and_then(|shared| shared.decided()) {
            Some(outcome) => waiting.decide(outcome),
            None => self.waiting.borrow_mut().push(waiting),
        }
    }

    /// Decides what waited.
    pub(crate) fn decide(&self, outcome: Outcome) {
        for waiting in self.waiting.take() {
            waiting.decide(outcome);
        }
        if let (Subject::Request, Some(shared)) = (&self.subject, self.shared.get()) {
            shared.decide(outcome);
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.ended.get()
    }

    /// Its place in the trace of `outer`, or in a new one, with all ids made.
    pub(super) fn place_in_trace(&self, outer: Option<TraceContext>) -> TraceContext {
        let begun = || outer.map_or_else(TraceContext::root, TraceContext::child);
        let mut trace = self.trace.get().unwrap_or_else(begun);
        if trace.span_id == 0 {
            trace.span_id = random_span();
        }
        self.trace.set(Some(trace));
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

    /// Its place in a trace, as far as that is known.
    pub(crate) fn trace(&self) -> Option<TraceContext> {
        match &self.subject {
            Subject::Request | Subject::Call { .. } => self.trace.get(),
            Subject::Stream(_) | Subject::Carried => self.owner()?.trace,
        }
    }

    /// Its span, where the trace is sampled.
    #[inline]
    fn sampled(&self) -> Option<Origin> {
        let trace = self.trace.get().filter(|trace| trace.sampled)?;
        Some(Origin { trace_id: trace.trace_id, span_id: trace.span_id })
    }

    /// What other vendors say of the request's trace.
    #[cfg(feature = "traces")]
    pub(crate) fn tracestate(&self) -> Option<&TraceState> {
        self.owner()?.tracestate()
    }

    /// Notes an event of its span.
    #[cfg(feature = "traces")]
    pub(crate) fn note(&self, event: SpanEvent) {
        match (&self.subject, self.shared.get()) {
            (Subject::Carried, Some(shared)) => shared.note(event),
            _ => self.recording.extend([event]),
        }
    }

    /// The request that it is or, carried elsewhere or left over, belongs to.
    pub(crate) fn outermost(&self) -> Option<&Arc<Shared>> {
        self.owner()?.outermost()
    }

    /// What it goes on with; a call only finds out from the frames around it.
    fn owner(&self) -> Option<&Arc<Shared>> {
        match &self.subject {
            Subject::Call { .. } => None,
            Subject::Stream(stream) => Some(&stream.request),
            Subject::Request | Subject::Carried => self.shared.get(),
        }
    }

    /// The part of it that can leave this thread.
    pub(crate) fn shared(&self) -> Arc<Shared> {
        let shared = self.shared.get_or_init(|| {
            let trace = match &self.subject {
                Subject::Stream(_) | Subject::Carried => self.trace(),
                // Of the innermost observation, which this one is, the context is that of its own span.
                Subject::Request | Subject::Call { .. } => {
                    current::trace().map(|trace| self.place_in_trace(Some(trace)))
                }
            };
            let request = self.outermost().cloned();
            let request = request.or_else(|| current::request(|shared, _| Arc::clone(shared)));
            let part = Part::Within { operation: self.operation(), request };
            Shared::start(trace, self.store.clone(), part)
        });
        Arc::clone(shared)
    }

    /// Ends it as `verdict` says, unless a fault was reported on it or it has ended.
    pub(crate) fn end(&self, verdict: Verdict) {
        if self.ended.replace(true) {
            return;
        }
        let ended = Reading::now();
        let elapsed = ended.since(self.started);
        match (&self.subject, self.shared.get()) {
            // Most calls are like that: the rest is elsewhere, so that little has to be saved for it.
            (Subject::Call { site, claimed }, None) => {
                self.end_call(site, *claimed, (ended, elapsed), &verdict);
            }
            (Subject::Carried, _) => {}
            (_, shared) => self.end_shared(shared, (ended, elapsed), &verdict),
        }
    }

    #[inline(never)]
    fn end_shared(&self, shared: Option<&Arc<Shared>>, time: (Reading, u64), verdict: &Verdict) {
        let verdict = match shared {
            Some(shared) => self.take_late(shared, *verdict),
            None => *verdict,
        };
        match &self.subject {
            Subject::Request => self.end_request(self.closing(time, verdict)),
            Subject::Call { site, claimed } => self.end_call(site, *claimed, time, &verdict),
            Subject::Stream(stream) => self.end_stream(stream, self.closing(time, verdict)),
            Subject::Carried => {}
        }
    }

    /// What is told of its end; nothing can be captured after that.
    fn closing(&self, (ended, elapsed): (Reading, u64), verdict: Verdict) -> Closing {
        let (fields, passed) = (self.fields.take(), Passed::default());
        Closing { fields, ended, elapsed, passed, verdict, about: None }
    }

    /// Takes what came from elsewhere; a fault among it comes before the verdict.
    fn take_late(&self, shared: &Shared, verdict: Verdict) -> Verdict {
        let late = shared.close(verdict.outcome);
        self.fields.extend(&late.fields);
        self.recording.extend(late.events);
        if let (Subject::Call { claimed: true, .. }, Some(fault)) = (&self.subject, &late.fault) {
            // The request may be answered as if nothing had happened.
            current::request(|shared, _| shared.fail(fault.clone()));
        }
        late.fault.map_or(verdict, |fault| reported(&fault, verdict))
    }

    /// Ends it after its future or body was dropped: by a panic, or because nobody waited any longer.
    pub(crate) fn end_dropped(&self, cut_short: Outcome, status: Option<u16>) {
        let outcome = if self.panicked.get() { Outcome::Panic } else { cut_short };
        self.decide(outcome);
        self.end(Verdict { outcome, status, ..Verdict::OK });
    }

    #[inline]
    fn end_call(
        &self,
        site: &'static Site,
        claimed: bool,
        time: (Reading, u64),
        verdict: &Verdict,
    ) {
        site.end(self.store.get(), time.1, verdict, claimed, || self.sampled());
        let silent = closing::is_off(&site.operation, verdict.outcome);
        if claimed || !silent || self.recording.is_on() {
            self.tell_call(site, claimed, time, verdict);
        }
    }

    /// Tells how a call ended to those who want to hear it.
    #[inline(never)]
    fn tell_call(
        &self,
        site: &'static Site,
        claimed: bool,
        time: (Reading, u64),
        verdict: &Verdict,
    ) {
        let mut closing = self.closing(time, *verdict);
        if !claimed || !self.is_told_by_request(&mut closing) {
            closing::emit(self, site, &mut closing);
        }
        self.recording.end_call(self, site, &closing);
    }

    /// Gives the request what its handler found, to be told at the request's end. `false` when that was before.
    fn is_told_by_request(&self, closing: &mut Closing) -> bool {
        let told = current::request(|shared, observation| {
            let error_type = closing.verdict.error_type;
            if let Some(request) = shared.request().filter(|_| !error_type.is_empty()) {
                let _ = request.error_type.set(error_type);
            }
            let Some(observation) = observation else {
                return shared.give(closing.fields.fields());
            };
            let is_open = observation.is_open();
            if is_open {
                // A span of the call's own tells them, too.
                let is_on = self.recording.is_on();
                let kept = if is_on { closing.fields.copy() } else { Taken::default() };
                observation.fields.give(std::mem::replace(&mut closing.fields, kept));
            }
            is_open
        });
        told.unwrap_or(false)
    }

    fn end_request(&self, mut closing: Closing) {
        let Some(request) = self.request() else { return };
        let store = self.store.get();
        let endpoint = request.settle(&self.store);
        let Closing { elapsed, verdict, .. } = closing;
        let passed = request.passed(elapsed, verdict);
        let status = verdict.status.unwrap_or(0);
        let sampled = self.sampled();
        endpoint.end(store, &Ending { elapsed, status, outcome: verdict.outcome, passed, sampled });
        if let Some(operation) = request.operation() {
            endpoint.count_objective(store, operation, elapsed, verdict.outcome);
        }
        closing.passed = passed;
        closing.verdict.error_type = named_fault(request, verdict);
        closing::emit_request(self, (request, endpoint), &mut closing);
        self.recording.end_request(self, (request, endpoint), &closing);
    }

    fn end_stream(&self, stream: &Stream, mut closing: Closing) {
        let Stream { request, endpoint, head, sent } = stream;
        let Some(request) = request.request() else { return };
        let way = (head.status.unwrap_or(0), head.outcome);
        endpoint.end_stream(self.store.get(), closing.elapsed, sent.get(), way);
        closing.passed.sent = Some(sent.get());
        closing::emit_stream(self, (request, endpoint), &mut closing);
    }
}

/// Whether a call of `site` that begins now is that of its request's handler.
fn is_handler(site: &'static Site) -> bool {
    current::request(|shared, _| shared.request().is_some_and(|request| request.handled_by(site)))
        .unwrap_or(false)
}

/// The fault that a request's end names: its handler's, else what the response says.
fn named_fault(request: &Request, verdict: Verdict) -> &'static str {
    let named = request.error_type.get().copied().unwrap_or_default();
    match verdict.outcome {
        Outcome::Ok | Outcome::Cancelled | Outcome::Aborted => verdict.error_type,
        _ if named.is_empty() => verdict.error_type,
        _ => named,
    }
}

/// A fault reported on the observation comes before what the value or the response says; the status stays
/// that which was sent.
fn reported(fault: &FaultTag, verdict: Verdict) -> Verdict {
    if matches!(verdict.outcome, Outcome::Panic | Outcome::Cancelled | Outcome::Aborted) {
        return verdict;
    }
    let outcome = Outcome::of_blame(fault.blame);
    Verdict { outcome, error_type: fault.error_type, status: verdict.status, deferred: false }
}

/// Ends an observation whose body unwinds.
#[derive(Debug)]
pub(crate) struct Armed<'a>(&'a Observation);

impl Armed<'_> {
    pub(crate) fn disarm(self) {
        std::mem::forget(self);
    }
}

impl Drop for Armed<'_> {
    fn drop(&mut self) {
        if self.0.is_open() {
            self.0.end_dropped(Outcome::Cancelled, None);
        }
    }
}

struct OnUnwind<'a>(&'a Cell<bool>);

impl Drop for OnUnwind<'_> {
    fn drop(&mut self) {
        self.0.set(true);
    }
}
