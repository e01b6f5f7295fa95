//! The observation: one execution, from its start to its one end.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

use super::context::{RequestId, TraceContext, random_span};
use super::counted::Waiting;
use super::current;
use super::endpoint;
use super::fields::FieldValue;
use super::outcome::Outcome;
use super::request::Request;
use super::shared::Shared;
use super::site::Site;
use super::verdict::Verdict;
use crate::declare::{FaultTag, Operation};
use crate::emit::closing::{self, Closing};
use crate::record::ambient::StoreRef;
use crate::record::clock::Reading;

/// Captured fields, in the order in which they were captured.
pub(crate) type Fields = Vec<(&'static str, FieldValue)>;

/// One execution of an operation, or one request. Ends exactly once.
#[derive(Debug)]
pub(crate) struct Observation {
    pub(crate) store: StoreRef,
    pub(crate) subject: Subject,
    started: Reading,
    span_id: Cell<u64>,
    fields: RefCell<Fields>,
    waiting: RefCell<Vec<Waiting>>,
    shared: OnceCell<Arc<Shared>>,
    panicked: Cell<bool>,
    ended: Cell<bool>,
}

/// What is observed.
#[derive(Debug)]
pub(crate) enum Subject {
    /// A request, at the boundary.
    Request(Request),
    /// A call of an annotated function; `claimed` when a request of the function's route encloses it.
    Call { site: &'static Site, claimed: bool },
    /// Work that a request or call handed to another task or thread. Counts nothing itself.
    Carried,
}

impl Observation {
    fn new(subject: Subject) -> Self {
        Self {
            store: StoreRef::current(),
            subject,
            started: Reading::now(),
            span_id: Cell::new(0),
            fields: RefCell::default(),
            waiting: RefCell::default(),
            shared: OnceCell::new(),
            panicked: Cell::new(false),
            ended: Cell::new(false),
        }
    }

    /// Begins a request.
    pub(crate) fn request(
        store: StoreRef,
        method: &'static str,
        request_id: RequestId,
        trace: TraceContext,
    ) -> Self {
        let request = Request::new(method, request_id, trace);
        Self { store, span_id: Cell::new(trace.span_id), ..Self::new(Subject::Request(request)) }
    }

    /// Begins a call. The first call of a request's operation inside of it is its handler's.
    pub(crate) fn call(site: &'static Site) -> Self {
        crate::record::ambient::recording(site.operation.name, site.operation.place);
        let claimed = current::request(|request| request.handled_by(site)).unwrap_or(false);
        let observation = Self::new(Subject::Call { site, claimed });
        site.start(observation.store.get());
        observation
    }

    /// Goes on with what `shared` belongs to, in another task or thread.
    pub(crate) fn carried(shared: Arc<Shared>) -> Self {
        let cell = OnceCell::new();
        let store = shared.store.clone();
        let _ = cell.set(shared);
        Self { store, shared: cell, ..Self::new(Subject::Carried) }
    }

    /// Runs `f` with this observation as the current one.
    #[inline]
    pub(crate) fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        self.store.enter(|| current::enter(self, f))
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

    pub(crate) fn capture(&self, name: &'static str, value: FieldValue) {
        self.fields.borrow_mut().push((name, value));
    }

    /// Decides an increment when the response's head is known.
    pub(crate) fn wait(&self, waiting: Waiting) {
        self.waiting.borrow_mut().push(waiting);
    }

    /// Decides what waited.
    pub(crate) fn decide(&self, outcome: Outcome) {
        for waiting in self.waiting.take() {
            waiting.decide(outcome);
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.ended.get()
    }

    /// This observation's span; made when it is first asked for.
    pub(crate) fn span_id(&self) -> u64 {
        match self.span_id.get() {
            0 if matches!(self.subject, Subject::Carried) => 0,
            0 => {
                self.span_id.set(random_span());
                self.span_id.get()
            }
            id => id,
        }
    }

    pub(crate) fn operation(&self) -> Option<&'static Operation> {
        match &self.subject {
            Subject::Request(request) => request.operation.get(),
            Subject::Call { site, .. } => Some(&site.operation),
            Subject::Carried => self.shared.get()?.operation,
        }
    }

    pub(crate) fn request_id(&self) -> Option<&RequestId> {
        match &self.subject {
            Subject::Request(request) => Some(&request.request_id),
            Subject::Call { .. } => None,
            Subject::Carried => self.shared.get()?.request_id.as_ref(),
        }
    }

    pub(crate) fn trace(&self) -> Option<TraceContext> {
        match &self.subject {
            Subject::Request(request) => Some(request.trace),
            Subject::Call { .. } => None,
            Subject::Carried => self.shared.get()?.trace,
        }
    }

    /// The part of it that can leave this thread.
    pub(crate) fn shared(&self) -> Arc<Shared> {
        let shared = self.shared.get_or_init(|| {
            let context = current::context();
            let trace = self.trace().or(context.trace);
            Arc::new(Shared::new(
                self.request_id().cloned().or(context.request_id),
                trace.map(|trace| TraceContext { span_id: self.span_id(), ..trace }),
                self.store.clone(),
                self.operation(),
            ))
        });
        Arc::clone(shared)
    }

    /// Ends it as `verdict` says, unless a fault was reported on it or it has ended.
    pub(crate) fn end(&self, verdict: Verdict) {
        if self.ended.replace(true) {
            return;
        }
        let elapsed = self.started.elapsed();
        let late = self.shared.get().map(|shared| shared.take()).unwrap_or_default();
        self.fields.borrow_mut().extend(late.fields);
        let verdict = late.fault.map_or(verdict, |fault| reported(&fault, verdict));
        match &self.subject {
            Subject::Request(request) => self.end_request(request, elapsed, verdict),
            Subject::Call { site, claimed } => self.end_call(site, *claimed, elapsed, verdict),
            Subject::Carried => {}
        }
    }

    /// Ends it after its future or body was dropped: by a panic, or because nobody waited any longer.
    pub(crate) fn end_dropped(&self, cut_short: Outcome, status: Option<u16>) {
        let outcome = if self.panicked.get() { Outcome::Panic } else { cut_short };
        self.decide(outcome);
        self.end(Verdict { outcome, status, ..Verdict::OK });
    }

    fn end_call(&self, site: &'static Site, claimed: bool, elapsed: u64, verdict: Verdict) {
        site.end(self.store.get(), elapsed, verdict, claimed);
        let fields = self.fields.take();
        let given = claimed
            && current::request_observation(|observation, request| {
                request.error_type.set(verdict.error_type);
                observation.fields.borrow_mut().extend_from_slice(&fields);
            })
            .is_some();
        if !given {
            let closing = Closing { observation: self, fields: &fields, elapsed, verdict };
            closing::emit(site, &closing);
        }
    }

    fn end_request(&self, request: &Request, elapsed: u64, verdict: Verdict) {
        let store = self.store.get();
        let endpoint = request.endpoint.get().unwrap_or_else(|| {
            let endpoint = endpoint::intern(request.method, endpoint::UNMATCHED);
            endpoint.start(store);
            endpoint
        });
        endpoint.end(store, elapsed, verdict.status.unwrap_or(0), verdict.outcome);
        if let Some(operation) = request.operation.get() {
            endpoint.count_objective(store, operation, elapsed, verdict.outcome);
        }
        let error_type = request.named_fault(verdict);
        let verdict = Verdict { error_type, ..verdict };
        let fields = self.fields.take();
        let closing = Closing { observation: self, fields: &fields, elapsed, verdict };
        closing::emit_request(request, endpoint, &closing);
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
