//! Expands `#[business_counter]`: an increment that the function's end decides.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::deferred::defer;
use crate::declare::LabelSet;
use crate::declare::Outcome;
use crate::observe::deferred::{Deferred, DeferredIncrement, On};
use crate::observe::verdict::Verdict;
use crate::record::Counter;

/// An increment that was prepared at the function's entry.
#[derive(Clone, Copy, Debug)]
pub struct Increment(Option<DeferredIncrement>);

/// Prepares an increment. An `amount` of 0 counts nothing.
#[inline]
#[expect(clippy::needless_pass_by_value, reason = "a literal at the call reads better")]
pub fn increment<L: LabelSet>(
    counter: &Counter<L>,
    labels: L::At<'_>,
    amount: u64,
    on: On,
) -> Increment {
    let series = counter.series(&labels);
    Increment((amount > 0).then_some(DeferredIncrement { series, amount, on, own: Outcome::Ok }))
}

impl Increment {
    /// Runs the function's body, and decides by its value.
    #[inline]
    pub fn call<R>(self, body: impl FnOnce() -> R, judge: impl FnOnce(&R) -> Verdict) -> R {
        let unwinding = CutShort { increment: self, outcome: Outcome::Panic };
        let value = body();
        let verdict = judge(&value);
        unwinding.disarm();
        self.decide(verdict);
        value
    }

    /// Wraps a future whose value decides.
    #[inline]
    pub fn future<F: Future>(self, future: F) -> Uncounted<F> {
        Uncounted { future, increment: self }
    }

    /// Creates the future, whose value decides, for functions that are not `async` but return a
    /// future.
    #[inline]
    pub fn make<F: Future>(self, make: impl FnOnce() -> F) -> Uncounted<F> {
        let unwinding = CutShort { increment: self, outcome: Outcome::Panic };
        let future = make();
        unwinding.disarm();
        self.future(future)
    }

    #[inline]
    fn decide(self, verdict: Verdict) {
        match self.0 {
            Some(increment) if verdict.deferred && verdict.status.is_none() => {
                defer(Deferred::Increment(DeferredIncrement { own: verdict.outcome, ..increment }));
            }
            Some(increment) => increment.decide(verdict.outcome),
            None => {}
        }
    }
}

/// Decides an increment when it is dropped, by the outcome so far.
#[derive(Debug)]
struct CutShort {
    increment: Increment,
    outcome: Outcome,
}

impl CutShort {
    #[inline]
    fn disarm(self) {
        std::mem::forget(self);
    }
}

impl Drop for CutShort {
    fn drop(&mut self) {
        self.increment.decide(Verdict { outcome: self.outcome, ..Verdict::OK });
    }
}

/// A future that still lacks the function that reads its value.
#[derive(Debug)]
pub struct Uncounted<F> {
    future: F,
    increment: Increment,
}

impl<F: Future> Uncounted<F> {
    /// Says how to read its value.
    #[inline]
    pub fn judge<J: FnOnce(&F::Output) -> Verdict>(self, judge: J) -> Counted<F, J> {
        let pending = CutShort { increment: self.increment, outcome: Outcome::Cancelled };
        Counted { inner: self.future, undecided: Some((pending, judge)) }
    }
}

pin_project_lite::pin_project! {
    /// A future whose value decides an increment.
    #[derive(Debug)]
    pub struct Counted<F, J> {
        #[pin]
        inner: F,
        undecided: Option<(CutShort, J)>,
    }
}

impl<F: Future, J: FnOnce(&F::Output) -> Verdict> Future for Counted<F, J> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        // Taken out while polling, so that unwinding drops it: then the outcome is a panic.
        let undecided = this.undecided.take().map(|(mut pending, judge)| {
            pending.outcome = Outcome::Panic;
            (pending, judge)
        });
        let polled = this.inner.poll(cx);
        let Some((mut unwinding, judge)) = undecided else { return polled };
        let Poll::Ready(value) = polled else {
            unwinding.outcome = Outcome::Cancelled;
            *this.undecided = Some((unwinding, judge));
            return Poll::Pending;
        };
        let verdict = judge(&value);
        let increment = unwinding.increment;
        unwinding.disarm();
        increment.decide(verdict);
        Poll::Ready(value)
    }
}
