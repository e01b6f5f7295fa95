//! How an observation ends: once, counted, told.

use std::sync::Arc;

use super::{Observation, Stream, Subject};
use crate::declare::FaultTag;
use crate::emit::closing::{self, Closing};
use crate::observe::current;
use crate::observe::endpoint::{Ending, Passed};
use crate::observe::outcome::Outcome;
use crate::observe::request::Request;
use crate::observe::shared::Shared;
use crate::observe::site::Site;
use crate::observe::verdict::{Verdict, names_a_fault};
use crate::record::clock::Reading;

impl Observation {
    /// Ends it as `verdict` says, unless a fault was reported on it or it has ended.
    pub(crate) fn end(&self, verdict: Verdict) {
        if !self.ended.replace(true) {
            self.finish(Reading::now(), verdict);
        }
    }

    /// As [`end`](Self::end), for a call that ended before it was known how.
    #[cold]
    pub(in crate::observe) fn end_at(&self, ended: Reading, verdict: Verdict) {
        if !self.ended.replace(true) {
            self.finish(ended, verdict);
        }
    }

    #[inline]
    fn finish(&self, ended: Reading, verdict: Verdict) {
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
    fn take_late(&self, shared: &Arc<Shared>, verdict: Verdict) -> Verdict {
        let Some(late) = shared.close(verdict.outcome) else { return verdict };
        self.fields.extend(&late.fields);
        self.recording.extend(late.events);
        if let (Subject::Call { claimed: true, .. }, Some(fault)) = (&self.subject, &late.fault) {
            // The request may be answered as if nothing had happened.
            current::request(|shared, _| shared.fail(fault.clone()));
        }
        late.fault.map_or(verdict, |fault| reported(&fault, verdict))
    }

    /// Ends it after its future or body was dropped: as a panic if that panicked, else as `verdict` says.
    pub(crate) fn end_dropped(&self, verdict: Verdict) {
        let verdict = if self.panicked.get() {
            Verdict { outcome: Outcome::Panic, status: verdict.status, ..Verdict::OK }
        } else {
            verdict
        };
        self.decide(verdict.outcome);
        self.end(verdict);
    }

    /// Drops what is observed, by `drop`, and ends the observation as [`end_dropped`](Self::end_dropped) does. User
    /// code that panics while it is dropped does not keep the observation from its end.
    #[cold]
    pub(crate) fn end_after(&self, verdict: Verdict, drop: &mut dyn FnMut()) {
        let end = EndOnDrop { observation: self, verdict };
        self.poll(drop);
        std::mem::drop(end);
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
        let told = claimed && self.is_told_by_request(verdict.error_type);
        if told && !self.recording.is_on() {
            return;
        }
        let mut closing = self.closing(time, *verdict);
        if !told {
            closing::emit(self, site, &mut closing);
        }
        self.recording.end_call(self, site, &closing);
    }

    /// Gives the request what its handler found, to be told at the request's end. `false` when that was before.
    fn is_told_by_request(&self, error_type: &'static str) -> bool {
        let told = current::request(|shared, observation| {
            if let Some(request) = shared.request().filter(|_| !error_type.is_empty()) {
                let _ = request.error_type.set(error_type);
            }
            match observation {
                None => self.fields.lend(|fields| shared.give(fields)),
                Some(observation) if !observation.is_open() => false,
                // A span of the call's own tells them, too.
                Some(observation) if self.recording.is_on() => {
                    self.fields.lend(|fields| observation.fields.extend(fields));
                    true
                }
                Some(observation) => {
                    observation.fields.give(self.fields.take());
                    true
                }
            }
        });
        told.unwrap_or(false)
    }

    fn end_request(&self, mut closing: Closing) {
        let Some(request) = self.request() else { return };
        let store = self.store.get();
        let endpoint = request.settle(&self.store).endpoint;
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

/// Ends an observation when it is dropped, also by a panic.
struct EndOnDrop<'a> {
    observation: &'a Observation,
    verdict: Verdict,
}

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.observation.end_dropped(self.verdict);
    }
}

/// The fault that a request's end names: its handler's where that has a name of its own, else what the response says.
fn named_fault(request: &Request, verdict: Verdict) -> &'static str {
    let named = request.error_type.get().copied().unwrap_or_default();
    match verdict.outcome {
        Outcome::Ok | Outcome::Cancelled | Outcome::Aborted => verdict.error_type,
        _ if !verdict.error_type.is_empty() && !names_a_fault(named) => verdict.error_type,
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
