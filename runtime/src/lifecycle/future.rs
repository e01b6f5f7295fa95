//! A future that is observed: current while it is polled, ended exactly once.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::armed::end_after;
use super::call::{Captures, captures};
use super::deferred::end_by_response;
use super::end;
use crate::declare::Outcome;
use crate::observe::observation::Observation;
use crate::observe::site::Site;
use crate::observe::verdict::Verdict;

/// A future to be observed that still lacks the function that reads its value.
///
/// A plain value without `Drop`, which would be more code in every crate; expansions never drop it.
#[derive(Debug)]
pub struct Unclassified<F> {
    pub(super) entry: Option<&'static Site>,
    pub(super) observation: Option<Observation>,
    pub(super) future: F,
}

impl<F: Future> Unclassified<F> {
    /// Adds the function that reads its value.
    #[inline]
    pub fn classify<J>(self, classify: J) -> ObservedFuture<F, J>
    where
        J: FnOnce(&F::Output, Captures<'_>) -> Verdict,
    {
        ObservedFuture {
            inner: Some(self.future),
            entry: self.entry,
            observation: self.observation,
            classify: Some(classify),
        }
    }
}

pin_project_lite::pin_project! {
    /// A future that is observed.
    #[derive(Debug)]
    pub struct ObservedFuture<F, J> {
        #[pin]
        inner: Option<F>,
        // `None` before the first poll, at which the call begins.
        entry: Option<&'static Site>,
        observation: Option<Observation>,
        classify: Option<J>,
    }

    impl<F, J> PinnedDrop for ObservedFuture<F, J> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let Some(observation) = this.observation else { return };
            // Destructors of the future may log, count or panic: that is still part of the call.
            let cancelled = Verdict { outcome: Outcome::Cancelled, ..Verdict::OK };
            end_after(observation, cancelled, &mut || this.inner.set(None));
        }
    }
}

impl<F: Future, J: FnOnce(&F::Output, Captures<'_>) -> Verdict> Future for ObservedFuture<F, J> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        if let Some(site) = this.entry.take() {
            // Written in place: moving an observation that was just written costs more than filling
            // it.
            Observation::call_at(this.observation, site);
        }
        let Some(observation) = this.observation.as_ref() else { completed() };
        let mut verdict = Verdict::OK;
        let value = std::task::ready!(observation.poll(|| {
            let Some(inner) = this.inner.as_mut().as_pin_mut() else { completed() };
            let value = std::task::ready!(inner.poll(cx));
            this.inner.set(None);
            if let Some(classify) = this.classify.take() {
                verdict = classify(&value, captures(observation));
            }
            Poll::Ready(value)
        }));
        end(this.observation, verdict);
        Poll::Ready(value)
    }
}

/// Ends the observation in the slot. Separate from `poll`, which is compiled for every function.
fn end(slot: &mut Option<Observation>, verdict: Verdict) {
    if verdict.is_deferred_error() {
        if let Some(observation) = slot.take() {
            end_by_response(observation, verdict);
        }
        return;
    }
    if let Some(observation) = slot {
        end::end(observation, verdict);
    }
    *slot = None;
}

#[cold]
fn completed() -> ! {
    panic!("`#[observed]` future polled after it completed");
}
