//! How an observation ends: exactly once. It is counted, then its closing event is emitted, then its span ends.

#[cfg(feature = "telemetry")]
use std::sync::atomic::Ordering;

use super::deferred::{decide, decide_without_head};
use super::future::Progress;
use super::slow_poll;
use super::suspend::end_poll;
use crate::declare::Outcome;
use crate::emit::closing;
#[cfg(feature = "telemetry")]
use crate::emit::story::{judge, keep};
#[cfg(feature = "traces")]
use crate::emit::traces::span;
use crate::observe::calls::Duration;
#[cfg(feature = "telemetry")]
use crate::observe::current;
use crate::observe::ended::Ended;
use crate::observe::endpoint::{Ending, Endpoint};
use crate::observe::in_flight;
#[cfg(feature = "telemetry")]
use crate::observe::notable::Notable;
use crate::observe::observation::{Observation, PooledObservation, Stream, Subject};
use crate::observe::request::Request;
use crate::observe::shared::{CrossThreadData, Shared};
use crate::observe::site::Site;
use crate::observe::story;
#[cfg(feature = "telemetry")]
use crate::observe::story::Told;
use crate::observe::verdict::Verdict;
use crate::record::clock::Reading;

/// When an observation ended, and how long it took.
type Time = (Reading, Duration);

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
    let is_counted_alone =
        verdict.outcome == Outcome::Ok && call.is_open() && call.is_bare() && call.has_no_fields();
    if !(is_counted_alone && closing::is_off(site.level)) {
        return is_counted_alone && count_unheard(call, site);
    }
    was_counted(call, site.end_well(call.store.get(), || call.duration(Reading::now())))
}

/// Like [`count_well`], for a call that ended well where some subscriber listens at its level, but none takes its event.
#[inline(never)]
fn count_unheard(call: &Observation, site: &'static Site) -> bool {
    if !site.callsites.are_known_off(site.level) {
        return false;
    }
    #[cfg(feature = "telemetry")]
    if story::is_active() {
        return count_well_in_story(call, site);
    }
    was_counted(call, site.end_well(call.store.get(), || call.duration(Reading::now())))
}

/// Like [`count_well`], for a call that ended well where stories are captured.
#[cfg(feature = "telemetry")]
fn count_well_in_story(call: &Observation, site: &'static Site) -> bool {
    let now = Reading::now();
    let duration = call.duration(now);
    if !current::is_any() {
        // Its own story may have to be told.
        let is_slow = || site.is_slow(call.store.get(), duration.elapsed, now);
        let why = Notable::of(Some(&site.operation), Outcome::Ok, duration.elapsed, is_slow);
        return why.is_none() && was_counted(call, site.end_well(call.store.get(), || duration));
    }
    let is_counted = was_counted(call, site.end_well(call.store.get(), || duration));
    if is_counted {
        story::append_call((site, now, duration.elapsed, Verdict::OK), false, None);
    }
    is_counted
}

/// Whether the end was counted. `is_slow`, if it was, says whether the last poll took longer than it may.
#[inline]
fn was_counted(call: &Observation, is_slow: Option<bool>) -> bool {
    if is_slow == Some(true) {
        slow_poll::ended_now(call);
    }
    is_slow.is_some()
}

/// Like [`count_well`], for a request's handler. The request emits its fields, and counts for the
/// objective.
#[inline(never)]
fn count_handler_well(call: &Observation, site: &'static Site, verdict: &Verdict) -> bool {
    verdict.outcome == Outcome::Ok
        && call.is_open()
        && call.is_bare()
        && call.hand_fields_to_request()
        && was_counted(
            call,
            site.end_handler_well(call.store.get(), || call.duration(Reading::now())),
        )
}

#[inline(never)]
fn finish(observation: &Observation, at: Reading, verdict: &Verdict) {
    let time = (at, end_polls(observation, at));
    let cross_thread = observation.shared_part().and_then(|shared| Some((shared, shared.close()?)));
    match cross_thread {
        None => finish_alone(observation, time, verdict),
        Some((shared, cross_thread)) => {
            let verdict = apply_cross_thread(observation, shared, cross_thread, verdict);
            finish_alone(observation, time, &verdict);
        }
    }
    if observation.poll_count.has_waited() {
        leave_list(observation);
    }
}

/// Ends the last poll with the observation.
#[inline]
fn end_polls(observation: &Observation, at: Reading) -> Duration {
    let duration = observation.duration(at);
    if duration.last_poll > observation.least_poll_budget() {
        end_poll(observation, at);
    }
    duration
}

/// Only what has waited is in the list of what is in flight.
#[cold]
#[inline(never)]
fn leave_list(observation: &Observation) {
    if let Some(shared) = observation.shared_part() {
        in_flight::end(shared);
    }
}

/// Takes the data of other threads; a fault among it takes precedence over the verdict.
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

/// Finishes an observation to which no other thread adds anything.
#[inline]
fn finish_alone(observation: &Observation, time: Time, verdict: &Verdict) {
    match observation.request() {
        Some(request) => end_request(observation, request, time, verdict),
        None => end_other(observation, time, verdict),
    }
}

#[inline(never)]
fn end_other(observation: &Observation, time: Time, verdict: &Verdict) {
    match &observation.subject {
        Subject::Call { site, claimed } => count_call(observation, site, *claimed, time, verdict),
        Subject::Stream(stream) => end_stream(observation, stream, time, *verdict),
        Subject::Request | Subject::Carried => {}
    }
}

fn count_call(
    observation: &Observation,
    site: &'static Site,
    claimed: bool,
    time: Time,
    verdict: &Verdict,
) {
    let store = observation.store.get();
    site.end(store, time.1, verdict, claimed, || observation.sampled());
    let silent = closing::is_off(verdict.outcome.level(site.level));
    if claimed || !silent || observation.recorder.is_on() || story::is_active() {
        emit_call(observation, site, claimed, time, verdict);
    }
}

/// Emits the event and the span of a call.
#[inline(never)]
fn emit_call(
    observation: &Observation,
    site: &'static Site,
    claimed: bool,
    time: Time,
    verdict: &Verdict,
) {
    let is_requests = claimed && observation.give_to_request(verdict.error_type);
    if is_requests && !observation.recorder.is_on() {
        return;
    }
    let mut ended = observation.ended(time, *verdict);
    if !is_requests {
        emit_own(observation, site, &mut ended);
    }
    #[cfg(feature = "traces")]
    span::end_call(observation, (site, claimed), ended);
}

/// Emits the event of a call that is not its request's handler. The call is part of the story around it, or has one.
#[inline]
fn emit_own(observation: &Observation, site: &'static Site, ended: &mut Ended) {
    #[cfg(feature = "telemetry")]
    if story::is_active() {
        if current::is_any() && !site.is_tool() {
            return emit_nested(observation, site, ended);
        }
        let (elapsed, at) = (ended.elapsed, ended.at);
        let is_slow = || site.is_slow(observation.store.get(), elapsed, at);
        judge(observation, Some(&site.operation), ended, is_slow);
    }
    closing::emit(observation, site, ended);
    #[cfg(feature = "telemetry")]
    if ended.story.is_some() {
        keep(observation, ended, Told { request: None, operation: Some(&site.operation) });
    }
}

/// Emits the event of a call within another observation, whose story it is part of.
#[cfg(feature = "telemetry")]
#[inline(never)]
fn emit_nested(observation: &Observation, site: &'static Site, ended: &mut Ended) {
    if let Some(own) = observation.story.take() {
        story::absorb(own);
    }
    closing::emit(observation, site, ended);
    let call = (site, ended.at, ended.elapsed, ended.verdict);
    let fields = ended.fields.fields();
    let is_bad = ended.verdict.outcome != Outcome::Ok;
    story::append_call(call, ended.is_logged.load(Ordering::Relaxed), is_bad.then_some(fields));
}

#[inline(never)]
fn end_request(observation: &Observation, request: &Request, time: Time, verdict: &Verdict) {
    let store = observation.store.get();
    let endpoint = request.settle(&observation.store).endpoint;
    let elapsed = time.1.elapsed;
    // The code of other ends is elsewhere, so that the most common ones touch little of it.
    let is_counted = !observation.is_sampled()
        && request
            .common_transfer()
            .is_some_and(|transfer| endpoint.end_common(store, verdict, elapsed, transfer));
    if !is_counted {
        count_request(observation, (request, endpoint), elapsed, verdict);
    }
    if let Some(operation) = request.operation() {
        if operation.slo.is_some() {
            endpoint.count_objective(store, operation, elapsed, verdict.outcome);
        }
    }
    if closing::has_subscriber() || observation.recorder.is_on() {
        emit_request(observation, (request, endpoint), time, verdict);
    }
}

/// Counts the end of any request.
#[inline(never)]
fn count_request(
    observation: &Observation,
    (request, endpoint): (&Request, &'static Endpoint),
    elapsed: u64,
    verdict: &Verdict,
) {
    let transfer = request.transfer(elapsed, *verdict);
    let (status, outcome) = (verdict.status.unwrap_or(0), verdict.outcome);
    let sampled = observation.sampled();
    endpoint.end(observation.store.get(), &Ending { elapsed, status, outcome, transfer, sampled });
}

/// Emits the event and the span of a request.
#[inline(never)]
fn emit_request(
    observation: &Observation,
    (request, endpoint): (&Request, &'static Endpoint),
    time: Time,
    verdict: &Verdict,
) {
    let mut ended = observation.ended(time, *verdict);
    ended.transfer = request.transfer(time.1.elapsed, *verdict);
    ended.verdict.error_type = request.named_fault(*verdict);
    #[cfg(feature = "telemetry")]
    if story::is_active() {
        let (elapsed, store) = (ended.elapsed, observation.store.get());
        let is_slow = || endpoint.is_slow(store, elapsed, time.0);
        judge(observation, request.operation(), &mut ended, is_slow);
    }
    closing::emit_request(observation, (request, endpoint), &mut ended);
    #[cfg(feature = "telemetry")]
    if ended.story.is_some() {
        let of_request = Some((request.method, endpoint.path));
        let subject = Told { request: of_request, operation: request.operation() };
        keep(observation, &mut ended, subject);
    }
    #[cfg(feature = "traces")]
    span::end_request(observation, (request, endpoint), ended);
}

fn end_stream(observation: &Observation, stream: &Stream, time: Time, verdict: Verdict) {
    let mut ended = observation.ended(time, verdict);
    let Some(request) = stream.request.request() else { return };
    let (endpoint, head, sent) = (stream.endpoint, stream.head, stream.sent.get());
    let end_of_head = (head.status.unwrap_or(0), head.outcome);
    endpoint.end_stream(observation.store.get(), ended.elapsed, sent, end_of_head);
    ended.transfer.sent = Some(sent);
    #[cfg(feature = "telemetry")]
    if story::is_active() {
        judge(observation, None, &mut ended, || false);
    }
    closing::emit_stream(observation, (request, endpoint), &mut ended);
    #[cfg(feature = "telemetry")]
    {
        let of_request = Some((request.method, endpoint.path));
        keep(observation, &mut ended, Told { request: of_request, operation: None });
    }
}
