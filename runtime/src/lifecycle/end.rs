//! How an observation ends: exactly once. It is counted, then its closing event is emitted, then its span ends.

use std::sync::Arc;

use super::deferred::{decide, decide_without_head};
use super::future::Progress;
use crate::declare::Outcome;
use crate::emit::closing;
#[cfg(feature = "traces")]
use crate::emit::traces::span;
use crate::observe::endpoint::{Ending, Endpoint, TransferStats};
use crate::observe::observation::{Observation, PooledObservation, Stream, Subject};
use crate::observe::request::Request;
use crate::observe::shared::{CrossThreadData, Shared};
use crate::observe::site::Site;
use crate::observe::verdict::Verdict;
use crate::record::clock::Reading;

/// Ends `observation` as `verdict` says, unless a fault was reported on it or it has ended.
pub(crate) fn end(observation: &Observation, verdict: Verdict) {
    if observation.close() {
        finish(observation, Reading::now(), &verdict);
    }
}

/// Like [`end`], for a call whose end was deferred: it ended at `at`.
#[cold]
pub(super) fn end_at(observation: &Observation, at: Reading, verdict: Verdict) {
    if observation.close() {
        finish(observation, at, &verdict);
    }
}

/// Ends `observation` after its future or body was dropped: as a panic if that panicked, else with
/// `verdict`.
pub(crate) fn end_dropped(observation: &Observation, verdict: Verdict) {
    let verdict = if observation.has_panicked() {
        Verdict { outcome: Outcome::Panic, status: verdict.status, ..Verdict::OK }
    } else {
        verdict
    };
    decide(observation, verdict.outcome);
    end(observation, verdict);
}

/// Ends a request with the verdict of its head, and returns the observation of its endless body.
pub(crate) fn end_before_stream(
    request: &PooledObservation,
    head: Verdict,
) -> Option<PooledObservation> {
    let shared = request.shared();
    shared.request()?.let_body_go_on();
    end(request, head);
    PooledObservation::stream(request.store.clone(), shared, head)
}

/// Ends a call, and drops its observation.
///
/// Most calls only have to be counted. The others are ended by [`end`], so that the hot path here
/// saves few registers.
#[inline(never)]
pub(super) fn end_call(progress: &mut Progress, verdict: &Verdict) {
    let Progress::Running(call) = &*progress else { return };
    if count_well(call, verdict) {
        // Nothing is left in it. Its destructor would look at each part.
        std::mem::forget(std::mem::replace(progress, Progress::Ended));
    } else {
        end(call, *verdict);
        *progress = Progress::Ended;
    }
}

/// Ends a call that has nothing to be dropped, if all that this takes is to count it. Returns
/// whether it did.
#[inline]
fn count_well(call: &Observation, verdict: &Verdict) -> bool {
    let Subject::Call { site, claimed } = call.subject else { return false };
    if claimed {
        return count_handler_well(call, site, verdict);
    }
    let is_counted_alone = verdict.outcome == Outcome::Ok
        && call.is_open()
        && call.is_bare()
        && call.has_no_fields()
        && closing::is_off(site.level);
    is_counted_alone && site.end_well(call.store.get(), || call.elapsed(Reading::now()))
}

/// Like [`count_well`], for a request's handler. The request emits its fields, and counts for the
/// objective.
#[inline(never)]
fn count_handler_well(call: &Observation, site: &'static Site, verdict: &Verdict) -> bool {
    verdict.outcome == Outcome::Ok
        && call.is_open()
        && call.is_bare()
        && call.hand_fields_to_request()
        && site.end_handler_well(call.store.get(), || call.elapsed(Reading::now()))
}

#[inline(never)]
fn finish(observation: &Observation, at: Reading, verdict: &Verdict) {
    let time = (at, observation.elapsed(at));
    let shared = observation.shared_part();
    let verdict = match shared {
        Some(shared) => take_cross_thread(observation, shared, *verdict),
        None => *verdict,
    };
    match &observation.subject {
        Subject::Request => end_request(observation, time, verdict),
        Subject::Call { site, claimed } => {
            count_call(observation, site, *claimed, time, &verdict);
        }
        Subject::Stream(stream) => end_stream(observation, stream, time, verdict),
        Subject::Carried => {}
    }
}

/// Takes the data of other threads; a fault among it takes precedence over the verdict.
#[inline]
fn take_cross_thread(observation: &Observation, shared: &Arc<Shared>, verdict: Verdict) -> Verdict {
    match shared.close() {
        None => verdict,
        Some(cross_thread) => apply_cross_thread(observation, shared, cross_thread, &verdict),
    }
}

#[cold]
fn apply_cross_thread(
    observation: &Observation,
    shared: &Shared,
    mut cross_thread: CrossThreadData,
    verdict: &Verdict,
) -> Verdict {
    let outcome = shared.decided().unwrap_or(verdict.outcome);
    cross_thread.deferred.drain(..).for_each(|deferred| decide_without_head(deferred, outcome));
    observation.take_cross_thread(cross_thread, *verdict)
}

fn count_call(
    observation: &Observation,
    site: &'static Site,
    claimed: bool,
    time: (Reading, u64),
    verdict: &Verdict,
) {
    let store = observation.store.get();
    site.end(store, time.1, verdict, claimed, || observation.sampled());
    let silent = closing::is_off(verdict.outcome.level(site.level));
    if claimed || !silent || observation.recorder.is_on() {
        emit_call(observation, site, claimed, time, verdict);
    }
}

/// Emits the event and the span of a call.
#[inline(never)]
fn emit_call(
    observation: &Observation,
    site: &'static Site,
    claimed: bool,
    time: (Reading, u64),
    verdict: &Verdict,
) {
    let is_requests = claimed && observation.give_to_request(verdict.error_type);
    if is_requests && !observation.recorder.is_on() {
        return;
    }
    let mut ended = observation.ended(time, *verdict);
    if !is_requests {
        closing::emit(observation, site, &mut ended);
    }
    #[cfg(feature = "traces")]
    span::end_call(observation, site, &ended);
}

fn end_request(observation: &Observation, time: (Reading, u64), verdict: Verdict) {
    let Some(request) = observation.request() else { return };
    let store = observation.store.get();
    let endpoint = request.settle(&observation.store).endpoint;
    let (_, elapsed) = time;
    let transfer = request.transfer(elapsed, verdict);
    let (status, outcome) = (verdict.status.unwrap_or(0), verdict.outcome);
    let sampled = observation.sampled();
    endpoint.end(store, &Ending { elapsed, status, outcome, transfer, sampled });
    let operation = request.operation();
    if let Some(operation) = operation.filter(|operation| operation.slo.is_some()) {
        endpoint.count_objective(store, operation, elapsed, outcome);
    }
    if closing::has_subscriber() || observation.recorder.is_on() {
        emit_request(observation, (request, endpoint), time, &verdict, &transfer);
    }
}

/// Emits the event and the span of a request.
#[inline(never)]
fn emit_request(
    observation: &Observation,
    (request, endpoint): (&Request, &'static Endpoint),
    time: (Reading, u64),
    verdict: &Verdict,
    transfer: &TransferStats,
) {
    let mut ended = observation.ended(time, *verdict);
    ended.transfer = *transfer;
    ended.verdict.error_type = request.named_fault(*verdict);
    closing::emit_request(observation, (request, endpoint), &mut ended);
    #[cfg(feature = "traces")]
    span::end_request(observation, (request, endpoint), &ended);
}

fn end_stream(observation: &Observation, stream: &Stream, time: (Reading, u64), verdict: Verdict) {
    let mut ended = observation.ended(time, verdict);
    let Some(request) = stream.request.request() else { return };
    let (endpoint, head, sent) = (stream.endpoint, stream.head, stream.sent.get());
    let end_of_head = (head.status.unwrap_or(0), head.outcome);
    endpoint.end_stream(observation.store.get(), ended.elapsed, sent, end_of_head);
    ended.transfer.sent = Some(sent);
    closing::emit_stream(observation, (request, endpoint), &mut ended);
}
