//! Increments and calls that the response's head decides: the type of their value does not say how
//! they ended.

use std::cell::Cell;

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

/// The decisions that are deferred at an observation. Boxed, because few observations have any.
#[derive(Default)]
pub(super) struct DeferredList(Cell<Option<Box<List>>>);

#[derive(Debug, Default)]
struct List(Vec<Deferred>);

impl std::fmt::Debug for DeferredList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeferredList").finish_non_exhaustive()
    }
}

impl DeferredList {
    pub(super) const fn new() -> Self {
        Self(Cell::new(None))
    }

    /// Adds a decision. Returns an earlier call that it replaces.
    #[cold]
    pub(super) fn add(&self, deferred: Deferred) -> Option<Deferred> {
        let mut boxed = self.0.take().unwrap_or_default();
        let list = &mut boxed.0;
        let earlier = list.iter().position(Deferred::may_be_handler);
        let earlier = earlier.filter(|_| deferred.may_be_handler());
        let earlier = earlier.map(|index| list.swap_remove(index));
        list.push(deferred);
        self.0.set(Some(boxed));
        earlier
    }

    /// Whether nothing was ever deferred, or all of it was taken.
    #[inline]
    pub(super) fn is_none(&self) -> bool {
        let boxed = self.0.take();
        let is_none = boxed.is_none();
        // There is nothing to be dropped, since the list was taken.
        std::mem::forget(self.0.replace(boxed));
        is_none
    }

    /// Takes all decisions.
    pub(super) fn take(&self) -> Vec<Deferred> {
        self.0.take().map_or_else(Vec::new, |list| list.0)
    }
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

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::declare::{Descriptor, Kind, Operation, SourceLocation};
    use crate::observe::captured::Captured;
    use crate::observe::site::Site;
    use crate::record::Counter;
    use crate::record::ambient::StoreRef;

    fn call(is_handler: bool, status: u16) -> Deferred {
        static SITE: Site = Site::new(Operation::new("deferred", SourceLocation::new("f", 1, "m")));
        let call = Observation::call(&SITE, Captured::new());
        let verdict = Verdict::of_status(status);
        Deferred::Call(Box::new(DeferredCall { call, ended: Reading::now(), verdict, is_handler }))
    }

    fn status(deferred: Option<Deferred>) -> Option<u16> {
        match deferred? {
            Deferred::Call(call) => call.verdict.status,
            Deferred::Increment(_) => None,
        }
    }

    #[test]
    fn of_several_calls_the_last_one_may_be_the_handler() {
        let list = DeferredList::new();
        assert!(list.is_none());
        assert_eq!(status(list.add(call(false, 401))), None);
        assert!(!list.is_none());
        assert_eq!(status(list.add(call(true, 402))), None, "the handler replaces none");
        assert_eq!(status(list.add(call(false, 403))), Some(401));
        assert_eq!(status(list.add(call(true, 404))), None);
        let left: Vec<_> = list.take().into_iter().map(|one| status(Some(one))).collect();
        assert_eq!(left, [Some(402), Some(403), Some(404)]);
        assert!(list.is_none() && list.take().is_empty());
    }

    #[test]
    fn an_increment_counts_the_ends_that_it_names() {
        let includes = |on: CountOn| Outcome::ALL.into_iter().filter(move |end| on.includes(*end));
        let ok: Vec<_> = includes(CountOn::Ok).collect();
        assert_eq!(ok, [Outcome::Ok]);
        let errors: Vec<_> = includes(CountOn::Err).collect();
        let expected = [Outcome::ClientError, Outcome::ServerError, Outcome::Error, Outcome::Panic];
        assert_eq!(errors, expected);
        assert_eq!(includes(CountOn::Always).count(), Outcome::ALL.len());
    }

    #[test]
    fn an_increment_follows_the_head_or_its_value() {
        static DESCRIPTOR: Descriptor = Descriptor {
            name: "deferred_total",
            help: "",
            kind: Kind::Counter,
            unit: "",
            dimensions: &[],
            bounds: &[],
            location: SourceLocation::new("f", 2, "m"),
        };
        let counter = Counter::<()>::bind(&DESCRIPTOR);
        let scope = StoreRef::scoped();
        scope.enter(|| {
            let increment =
                |on, own| DeferredIncrement { series: counter.series(&()), amount: 2, on, own };
            increment(CountOn::Ok, Outcome::Ok).decide_by_value();
            increment(CountOn::Ok, Outcome::Error).decide_by_value();
            assert_eq!(counter.get(), 2);
            increment(CountOn::Err, Outcome::Ok).decide_by_head(&Verdict::of_status(500));
            increment(CountOn::Ok, Outcome::Ok).decide_by_head(&Verdict::of_status(404));
            assert_eq!(counter.get(), 4);
            // The handler may have dealt with an error of a function that it called.
            increment(CountOn::Err, Outcome::Error).decide_by_head(&Verdict::of_status(200));
            assert_eq!(counter.get(), 6);
        });
    }
}
