//! Expands `#[business_counter]`: an increment that the function's end decides.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::deferred::defer;
use super::stage::Stage;
use crate::declare::Outcome;
use crate::observe::deferred::{CountOn, Deferred, DeferredIncrement};
use crate::observe::verdict::Verdict;
use crate::record::counter::Series;

/// An increment that was prepared at the function's entry.
#[derive(Clone, Copy, Debug)]
pub struct Increment(Option<DeferredIncrement>);

/// Prepares an increment. An `amount` of 0 counts nothing.
#[inline]
pub fn increment(series: Series, amount: u64, on: CountOn) -> Increment {
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

    /// The increment with the future whose value decides.
    #[inline]
    pub fn future<F: Future>(self, future: F) -> Prepared<F> {
        Prepared { future, increment: self }
    }

    /// Creates the future, whose value decides, for functions that are not `async` but return a
    /// future.
    #[inline]
    pub fn future_from<F: Future>(
        self,
        make: impl FnOnce() -> F,
    ) -> UnclassifiedCounted<(), fn(()) -> Prepared<F>, F> {
        let unwinding = DecideOnDrop { increment: self, outcome: Outcome::Panic };
        let future = make();
        unwinding.disarm();
        UnclassifiedCounted { stage: Stage::Made { future }, increment: self }
    }

    /// Takes the increment, and leaves one that counts nothing.
    #[inline]
    const fn take(&mut self) -> Self {
        std::mem::replace(self, Self(None))
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

/// An increment that was prepared, and the future whose value decides it.
#[derive(Debug)]
pub struct Prepared<F> {
    future: F,
    increment: Increment,
}

/// A future whose value decides an increment, and the arguments that it is made of.
#[derive(Debug)]
pub struct CountedBuilder<A> {
    arguments: A,
}

/// Creates a future whose value decides an increment.
#[inline]
pub const fn counted() -> CountedBuilder<()> {
    CountedBuilder { arguments: () }
}

impl CountedBuilder<()> {
    /// Adds the arguments that the future is made of.
    #[inline]
    #[expect(clippy::unused_self, reason = "a chain of calls")]
    pub fn with<A>(self, arguments: A) -> CountedBuilder<A> {
        CountedBuilder { arguments }
    }
}

impl<A> CountedBuilder<A> {
    /// Creates the future. `make` is called at the first poll.
    #[inline]
    pub fn future<M, F>(self, make: M) -> UnclassifiedCounted<A, M, F>
    where
        M: FnOnce(A) -> Prepared<F>,
        F: Future,
    {
        let stage = Stage::Unmade { make, arguments: self.arguments };
        UnclassifiedCounted { stage, increment: Increment(None) }
    }
}

/// A future that still lacks the function that reads its value.
#[derive(Debug)]
pub struct UnclassifiedCounted<A, M, F> {
    stage: Stage<A, M, F>,
    increment: Increment,
}

impl<A, M: FnOnce(A) -> Prepared<F>, F: Future> UnclassifiedCounted<A, M, F> {
    /// Says how to read its value.
    #[inline]
    pub fn classify<J: Fn(&F::Output) -> Verdict>(self, classify: J) -> CountedFuture<A, M, F, J> {
        let undecided = DecideOnDrop { increment: self.increment, outcome: Outcome::Cancelled };
        CountedFuture { stage: self.stage, undecided, classify }
    }
}

pin_project_lite::pin_project! {
    /// A future whose value decides an increment.
    #[derive(Debug)]
    pub struct CountedFuture<A, M, F, J> {
        #[pin]
        stage: Stage<A, M, F>,
        // Counts nothing before the first poll and after the end.
        undecided: DecideOnDrop,
        classify: J,
    }
}

impl<A, M, F, J> Future for CountedFuture<A, M, F, J>
where
    M: FnOnce(A) -> Prepared<F>,
    F: Future,
    J: Fn(&F::Output) -> Verdict,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let undecided = &mut this.undecided.increment;
        let future = this.stage.made(|make, arguments| {
            let Prepared { future, increment } = make(arguments);
            *undecided = increment;
            future
        });
        // Taken out while polling, so that unwinding drops it: then the outcome is a panic.
        let unwinding = DecideOnDrop { increment: undecided.take(), outcome: Outcome::Panic };
        let polled = future.poll(cx);
        let verdict = match &polled {
            Poll::Ready(value) => Some((this.classify)(value)),
            Poll::Pending => None,
        };
        let increment = unwinding.increment;
        unwinding.disarm();
        match verdict {
            Some(verdict) => increment.decide(verdict),
            None => *undecided = increment,
        }
        polled
    }
}
