//! What the head of a response decides: increments, and calls that end with an error which says only by becoming
//! that response what it answers.

use super::counted::Waiting;
use super::current;
use super::observation::{Observation, Subject};
use super::outcome::Outcome;
use super::verdict::Verdict;
use crate::record::clock::Reading;

/// Something that waits for the head of a response.
#[derive(Debug)]
pub(crate) enum Deferred {
    /// An increment of a business counter.
    Increment(Waiting),
    /// The end of a call. Boxed: few calls end like that, and every request has room for what waits.
    Call(Box<DeferredCall>),
}

/// A call that has ended, and is counted when the head is known.
#[derive(Debug)]
pub(crate) struct DeferredCall {
    call: Observation,
    ended: Reading,
    /// What its value says.
    verdict: Verdict,
    /// Whether it is the request's handler. Another call may be the handler, or a function whose error the
    /// handler dealt with.
    is_handler: bool,
}

/// Lets the head of the enclosing request's response decide; without one, the value of the function decides.
#[cold]
pub(crate) fn defer(deferred: Deferred) {
    let mut left = Some(deferred);
    let mut sent = None;
    current::request(|shared, observation| {
        left = left.take().and_then(|deferred| match observation {
            Some(observation) => observation.wait(deferred),
            None => shared.wait(deferred),
        });
        sent = shared.decided();
    });
    match (left, sent) {
        (Some(Deferred::Increment(waiting)), Some(outcome)) => waiting.decide(outcome),
        (Some(deferred), _) => deferred.decide_by_value(),
        (None, _) => {}
    }
}

impl Deferred {
    /// Decides by the head of the response.
    pub(super) fn decide_by_head(self, head: &Verdict) {
        match self {
            Self::Increment(waiting) => waiting.decide_by_head(head),
            Self::Call(deferred) => {
                let DeferredCall { call, ended, verdict, is_handler } = *deferred;
                call.end_at(ended, verdict.as_answered(head, is_handler));
            }
        }
    }

    /// Decides after the request ended with `outcome`, before a head was sent.
    pub(super) fn decide_without_head(self, outcome: Outcome) {
        match self {
            Self::Increment(waiting) => waiting.decide(outcome),
            Self::Call(_) => self.decide_by_value(),
        }
    }

    /// Decides as though there were no request.
    pub(super) fn decide_by_value(self) {
        match self {
            Self::Increment(waiting) => waiting.decide_by_value(),
            Self::Call(deferred) => deferred.call.end_at(deferred.ended, deferred.verdict),
        }
    }

    /// Whether it is a call that only may be the handler. Of several calls the last one is: what came before it
    /// did not become the response.
    pub(super) fn may_be_handler(&self) -> bool {
        matches!(self, Self::Call(deferred) if !deferred.is_handler)
    }
}

impl Observation {
    /// Ends a call whose error says what it answers only by becoming the response. The request's handler waits for
    /// the head of that; so does a call that may be the handler, because no other call encloses it.
    #[cold]
    pub(super) fn end_by_response(self, verdict: Verdict) {
        let is_handler = matches!(self.subject, Subject::Call { claimed: true, .. });
        // A status that is known needs a name at most, which is not worth a guess.
        let waits = is_handler || (verdict.status.is_none() && !current::is_within_call());
        if !waits {
            return self.end(verdict);
        }
        let ended = Reading::now();
        defer(Deferred::Call(Box::new(DeferredCall { call: self, ended, verdict, is_handler })));
    }
}
