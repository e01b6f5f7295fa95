//! A future that is observed: current while it is polled, ended exactly once.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::armed::end_after;
use super::call::{Captures, captures};
use super::deferred::end_by_response;
use super::end::end_call;
use super::stage::{Stage, completed};
use super::suspend::{resume, suspend};
use crate::declare::Outcome;
use crate::observe::captured::Captured;
use crate::observe::observation::Observation;
use crate::observe::site::Site;
use crate::observe::verdict::Verdict;

/// How far an observed future is.
#[derive(Debug)]
pub(crate) enum Progress {
    /// It was not polled yet. Its call begins at the first poll.
    Waiting(&'static Site),
    Running(Observation),
    Ended,
}

impl Progress {
    /// Begins the call, in the place where it stays: moving an observation that was just written
    /// costs more than writing it.
    #[inline(never)]
    pub(super) fn begin(&mut self, site: &'static Site, fields: Captured) -> &Observation {
        // No call was here before, so there is nothing to be dropped.
        let running = Self::Running(Observation::call(site, fields));
        std::mem::forget(std::mem::replace(self, running));
        let Self::Running(call) = self else { unreachable!("it was just written") };
        call.begin_call(site);
        call
    }
}

/// A future to be observed that still lacks the function that reads its value.
///
/// A plain value without `Drop`, which would be more code in every crate; expansions never drop it.
#[derive(Debug)]
pub struct Unclassified<A, M, F> {
    pub(super) progress: Progress,
    pub(super) stage: Stage<A, M, F>,
}

impl<A, M: FnOnce(A) -> F, F: Future> Unclassified<A, M, F> {
    /// Adds the function that reads its value.
    #[inline]
    pub fn classify<J>(self, classify: J) -> ObservedFuture<A, M, F, J>
    where
        J: Fn(&F::Output, Captures<'_>) -> Verdict,
    {
        ObservedFuture { stage: self.stage, progress: self.progress, classify }
    }
}

pin_project_lite::pin_project! {
    /// A future that is observed.
    #[derive(Debug)]
    pub struct ObservedFuture<A, M, F, J> {
        #[pin]
        stage: Stage<A, M, F>,
        progress: Progress,
        classify: J,
    }

    impl<A, M, F, J> PinnedDrop for ObservedFuture<A, M, F, J> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let Progress::Running(observation) = this.progress else { return };
            // Destructors of the future may log, count or panic: that is still part of the call.
            let cancelled = Verdict { outcome: Outcome::Cancelled, ..Verdict::OK };
            end_after(observation, cancelled, &mut || this.stage.set(Stage::Dropped));
        }
    }
}

impl<A, M, F, J> Future for ObservedFuture<A, M, F, J>
where
    M: FnOnce(A) -> F,
    F: Future,
    J: Fn(&F::Output, Captures<'_>) -> Verdict,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let observation = match this.progress {
            Progress::Running(observation) => {
                resume(observation);
                &*observation
            }
            Progress::Waiting(site) => {
                let site = *site;
                let observation = this.progress.begin(site, Captured::new());
                observation.poll_count.set_by_runtime();
                observation
            }
            Progress::Ended => completed(),
        };
        let mut verdict = Verdict::OK;
        let polled = observation.poll(|| {
            let future = this.stage.as_mut().made(|make, arguments| make(arguments));
            let value = std::task::ready!(future.poll(cx));
            this.stage.set(Stage::Dropped);
            verdict = (this.classify)(&value, captures(observation));
            Poll::Ready(value)
        });
        let Poll::Ready(value) = polled else {
            suspend(observation);
            return Poll::Pending;
        };
        end(this.progress, &verdict);
        Poll::Ready(value)
    }
}

/// Ends the call of a future.
#[inline]
fn end(progress: &mut Progress, verdict: &Verdict) {
    if verdict.is_deferred_error() {
        return end_deferred(progress, verdict);
    }
    end_call(progress, verdict);
}

#[cold]
#[inline(never)]
fn end_deferred(progress: &mut Progress, verdict: &Verdict) {
    if let Progress::Running(call) = std::mem::replace(progress, Progress::Ended) {
        end_by_response(call, *verdict);
    }
}
