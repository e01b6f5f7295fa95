//! Applies deferred decisions: increments, and calls whose error only the response classifies.

use super::end::{end, end_at};
use crate::declare::Outcome;
use crate::observe::current;
use crate::observe::deferred::{Deferred, DeferredCall};
use crate::observe::observation::{Observation, Subject};
use crate::observe::verdict::Verdict;
use crate::record::clock::Reading;

/// Defers a decision to the head of the enclosing request's response. Without a request, the
/// function's value decides.
#[cold]
pub(super) fn defer(deferred: Deferred) {
    let mut left = Some(deferred);
    let mut sent = None;
    current::request(|shared, observation| {
        left = left.take().and_then(|deferred| match observation {
            Some(observation) => match observation.defer(deferred) {
                // Decided here, while the request is still current.
                Ok(earlier) => {
                    earlier.into_iter().for_each(decide_by_value);
                    None
                }
                Err(deferred) => Some(deferred),
            },
            None => shared.defer(deferred),
        });
        sent = shared.decided();
    });
    match (left, sent) {
        (Some(Deferred::Increment(increment)), Some(outcome)) => increment.decide(outcome),
        (Some(deferred), _) => decide_by_value(deferred),
        (None, _) => {}
    }
}

/// Decides everything that is deferred at `observation`, by the head of the response.
pub(crate) fn decide_by_head(observation: &Observation, head: &Verdict) {
    if observation.has_deferred(head.outcome) {
        observation.settle(&mut |deferred| match deferred {
            Deferred::Increment(increment) => increment.decide_by_head(head),
            Deferred::Call(deferred) => {
                let DeferredCall { call, ended, verdict, is_handler } = *deferred;
                end_at(&call, ended, verdict.as_answered(head, is_handler));
            }
        });
    }
}

/// Decides everything that is deferred at `observation`, when there will be no head.
pub(crate) fn decide(observation: &Observation, outcome: Outcome) {
    if observation.has_deferred(outcome) {
        observation.settle(&mut |deferred| decide_without_head(deferred, outcome));
    }
}

/// Decides after the request ended with `outcome`, before a head was sent.
pub(super) fn decide_without_head(deferred: Deferred, outcome: Outcome) {
    match deferred {
        Deferred::Increment(increment) => increment.decide(outcome),
        Deferred::Call(_) => decide_by_value(deferred),
    }
}

/// Decides as if there were no request.
fn decide_by_value(deferred: Deferred) {
    match deferred {
        Deferred::Increment(increment) => increment.decide_by_value(),
        Deferred::Call(deferred) => end_at(&deferred.call, deferred.ended, deferred.verdict),
    }
}

/// Ends a call whose error only the response classifies. The request's handler is deferred to the
/// head; so is a call that may be the handler, because no other call encloses it.
#[cold]
pub(super) fn end_by_response(call: Observation, verdict: Verdict) {
    let is_handler = matches!(call.subject, Subject::Call { claimed: true, .. });
    // A known status lacks a name at most, which a guess cannot improve.
    let waits = is_handler || (verdict.status.is_none() && !current::is_within_call());
    if !waits {
        return end(&call, verdict);
    }
    let ended = Reading::now();
    defer(Deferred::Call(Box::new(DeferredCall { call, ended, verdict, is_handler })));
}
