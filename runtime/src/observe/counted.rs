//! `#[business_counter]`: an increment decided by how a function ends.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::current;
use super::outcome::Outcome;
use super::verdict::Verdict;
use crate::declare::LabelSet;
use crate::record::Counter;
use crate::record::counter::Series;

/// Which ends count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Good ends.
    Ok,
    /// Errors and panics.
    Err,
    /// All, cut short or not.
    Always,
}

impl On {
    fn counts(self, outcome: Outcome) -> bool {
        match self {
            Self::Ok => outcome == Outcome::Ok,
            Self::Err => outcome == Outcome::ClientError || outcome.is_failure(),
            Self::Always => true,
        }
    }
}

/// An increment that waits for an outcome.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    series: Series,
    amount: u64,
    on: On,
}

impl Waiting {
    pub(crate) fn decide(self, outcome: Outcome) {
        if self.on.counts(outcome) {
            self.series.add(self.amount);
        }
    }
}

/// An increment prepared at a function's entry; decides itself as cut short when it is dropped.
#[derive(Debug)]
pub struct Increment {
    waiting: Option<Waiting>,
    panicked: bool,
}

/// Prepares an increment. `amount` 0 counts nothing.
#[inline]
#[expect(clippy::needless_pass_by_value, reason = "a literal at the call reads better")]
pub fn increment<L: LabelSet>(
    counter: &Counter<L>,
    labels: L::At<'_>,
    amount: u64,
    on: On,
) -> Increment {
    let series = counter.series(&labels);
    Increment { waiting: (amount > 0).then_some(Waiting { series, amount, on }), panicked: true }
}

impl Increment {
    /// Runs a function's body and decides by its value.
    #[inline]
    pub fn call<R>(mut self, body: impl FnOnce() -> R, judge: impl FnOnce(&R) -> Verdict) -> R {
        let value = body();
        self.decide(judge(&value));
        value
    }

    /// Makes a future whose value decides.
    pub fn future<F: Future>(mut self, future: F) -> Uncounted<F> {
        self.panicked = false;
        Uncounted { future, increment: self }
    }

    /// Makes the future and lets its value decide: for functions that are not `async` but return a future.
    pub fn make<F: Future>(self, make: impl FnOnce() -> F) -> Uncounted<F> {
        let future = make();
        self.future(future)
    }

    fn decide(&mut self, verdict: Verdict) {
        let Some(waiting) = self.waiting.take() else { return };
        let deferred = verdict.deferred
            && current::request(|shared, observation| match observation {
                Some(observation) => {
                    observation.wait(waiting);
                    true
                }
                None => shared.wait(waiting),
            })
            .unwrap_or(false);
        if !deferred {
            waiting.decide(verdict.outcome);
        }
    }
}

impl Drop for Increment {
    fn drop(&mut self) {
        if let Some(waiting) = self.waiting.take() {
            waiting.decide(if self.panicked { Outcome::Panic } else { Outcome::Cancelled });
        }
    }
}

/// A future to be counted, as soon as it is said how to read its value.
#[derive(Debug)]
pub struct Uncounted<F> {
    future: F,
    increment: Increment,
}

impl<F: Future> Uncounted<F> {
    /// Says how to read its value.
    pub fn judge<J: FnOnce(&F::Output) -> Verdict>(self, judge: J) -> Counted<F, J> {
        Counted { inner: self.future, increment: self.increment, judge: Some(judge) }
    }
}

pin_project_lite::pin_project! {
    /// A future whose value decides an increment.
    #[derive(Debug)]
    pub struct Counted<F, J> {
        #[pin]
        inner: F,
        increment: Increment,
        judge: Option<J>,
    }
}

impl<F: Future, J: FnOnce(&F::Output) -> Verdict> Future for Counted<F, J> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        // Stays so only when `poll` unwinds.
        this.increment.panicked = true;
        let polled = this.inner.poll(cx);
        this.increment.panicked = false;
        if let (Poll::Ready(value), Some(judge)) =
            (&polled, this.judge.take_if(|_| polled.is_ready()))
        {
            this.increment.decide(judge(value));
        }
        polled
    }
}
