//! Increments and calls that the response's head decides: the type of their value does not say how
//! they ended.

use super::observation::Observation;
use super::verdict::Verdict;
use crate::declare::Outcome;
use crate::record::clock::Reading;
use crate::record::counter::Series;

/// A decision that is deferred to the head of a response.
#[derive(Debug)]
pub(crate) enum Deferred {
    /// An increment of a business counter.
    Increment(DeferredIncrement),
    /// The end of a call. Boxed, because few calls end so, and every request reserves space for the
    /// list.
    Call(Box<DeferredCall>),
}

/// A call that has ended and is counted when the head is known.
#[derive(Debug)]
pub(crate) struct DeferredCall {
    pub(crate) call: Observation,
    pub(crate) ended: Reading,
    /// The verdict of its value.
    pub(crate) verdict: Verdict,
    /// Whether it is the request's handler. Another call may be the handler, or a function whose
    /// error the handler dealt with.
    pub(crate) is_handler: bool,
}

impl Deferred {
    /// Whether the call may be the handler. Of several such calls the last one is: the response is
    /// made from its value.
    pub(super) fn may_be_handler(&self) -> bool {
        matches!(self, Self::Call(deferred) if !deferred.is_handler)
    }
}

/// Which ends are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountOn {
    /// Good ends.
    Ok,
    /// Errors and panics.
    Err,
    /// All ends, also cancelled ones.
    Always,
}

impl CountOn {
    #[inline]
    const fn includes(self, outcome: Outcome) -> bool {
        match self {
            Self::Ok => matches!(outcome, Outcome::Ok),
            Self::Err => matches!(outcome, Outcome::ClientError) || outcome.is_failure(),
            Self::Always => true,
        }
    }
}

/// An increment that is decided by an outcome.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeferredIncrement {
    pub(crate) series: Series,
    pub(crate) amount: u64,
    pub(crate) on: CountOn,
    /// The outcome of the function's value.
    pub(crate) own: Outcome,
}

impl DeferredIncrement {
    #[inline]
    pub(crate) fn decide(self, outcome: Outcome) {
        if self.on.includes(outcome) {
            self.series.add(self.amount);
        }
    }

    pub(crate) fn decide_by_head(self, head: &Verdict) {
        let own = Verdict { outcome: self.own, ..Verdict::OK };
        self.decide(own.as_answered(head, self.own == Outcome::Ok).outcome);
    }

    pub(crate) fn decide_by_value(self) {
        self.decide(self.own);
    }
}
