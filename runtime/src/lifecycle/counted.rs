//! Expands `#[business_counter]`: an increment that the function's end decides.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::deferred::defer;
use crate::declare::LabelSet;
use crate::declare::Outcome;
use crate::observe::deferred::{CountOn, Deferred, DeferredIncrement};
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
    on: CountOn,
) -> Increment {
    let series = counter.series(&labels);
    Increment((amount > 0).then_some(DeferredIncrement { series, amount, on, own: Outcome::Ok }))
}

impl Increment {
    /// Runs the function's body, and decides by its value.
    #[inline]
    pub fn call<R>(self, body: impl FnOnce() -> R, classify: impl FnOnce(&R) -> Verdict) -> R {
        let unwinding = DecideOnDrop { increment: self, outcome: Outcome::Panic };
        let value = body();
        let verdict = classify(&value);
        unwinding.disarm();
        self.decide(verdict);
        value
    }

    /// Wraps a future whose value decides.
    #[inline]
    pub fn future<F: Future>(self, future: F) -> UnclassifiedCounted<F> {
        UnclassifiedCounted { future, increment: self }
    }

    /// Creates the future, whose value decides, for functions that are not `async` but return a
    /// future.
    #[inline]
    pub fn future_from<F: Future>(self, make: impl FnOnce() -> F) -> UnclassifiedCounted<F> {
        let unwinding = DecideOnDrop { increment: self, outcome: Outcome::Panic };
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
struct DecideOnDrop {
    increment: Increment,
    outcome: Outcome,
}

impl DecideOnDrop {
    #[inline]
    fn disarm(self) {
        std::mem::forget(self);
    }
}

impl Drop for DecideOnDrop {
    fn drop(&mut self) {
        self.increment.decide(Verdict { outcome: self.outcome, ..Verdict::OK });
    }
}

/// A future that still lacks the function that reads its value.
#[derive(Debug)]
pub struct UnclassifiedCounted<F> {
    future: F,
    increment: Increment,
}

impl<F: Future> UnclassifiedCounted<F> {
    /// Says how to read its value.
    #[inline]
    pub fn classify<J: FnOnce(&F::Output) -> Verdict>(self, classify: J) -> CountedFuture<F, J> {
        let pending = DecideOnDrop { increment: self.increment, outcome: Outcome::Cancelled };
        CountedFuture { inner: self.future, undecided: Some((pending, classify)) }
    }
}

pin_project_lite::pin_project! {
    /// A future whose value decides an increment.
    #[derive(Debug)]
    pub struct CountedFuture<F, J> {
        #[pin]
        inner: F,
        undecided: Option<(DecideOnDrop, J)>,
    }
}

impl<F: Future, J: FnOnce(&F::Output) -> Verdict> Future for CountedFuture<F, J> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        // Taken out while polling, so that unwinding drops it: then the outcome is a panic.
        let undecided = this.undecided.take().map(|(mut pending, classify)| {
            pending.outcome = Outcome::Panic;
            (pending, classify)
        });
        let polled = this.inner.poll(cx);
        let Some((mut unwinding, classify)) = undecided else { return polled };
        let Poll::Ready(value) = polled else {
            unwinding.outcome = Outcome::Cancelled;
            *this.undecided = Some((unwinding, classify));
            return Poll::Pending;
        };
        let verdict = classify(&value);
        let increment = unwinding.increment;
        unwinding.disarm();
        increment.decide(verdict);
        Poll::Ready(value)
    }
}
