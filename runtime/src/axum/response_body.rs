//! The body of a response: the request ends with its last byte.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;

use super::body_progress::BodyProgress;
use crate::lifecycle::armed::end_after;
use crate::lifecycle::end::end;
use crate::lifecycle::suspend::suspend;
use crate::observe::observation::{Observation, PooledObservation};

/// A response body that ends the observation of its request.
#[derive(Debug)]
pub(super) struct ObservedBody {
    inner: Body,
    observation: PooledObservation,
    progress: BodyProgress,
    lookahead: Lookahead,
}

impl Drop for ObservedBody {
    fn drop(&mut self) {
        if let Some(observation) = self.observation.get() {
            let mut drop_body = || drop(std::mem::take(&mut self.inner));
            end_after(observation, self.progress.verdict_on_drop(), &mut drop_body);
        }
    }
}

/// The result of polling a body for a frame.
type Polled = Poll<Option<Result<Frame<Bytes>, axum::Error>>>;

/// The frame after the last declared byte, which is polled together with that byte.
#[derive(Debug)]
enum Lookahead {
    /// The body was not polled ahead, or the frame was returned already.
    None,
    Frame(Box<Frame<Bytes>>),
    End,
}

impl Lookahead {
    /// Takes the frame that was polled ahead. The end of the body stays the end.
    fn take(&mut self) -> Option<Polled> {
        if let Self::End = self {
            return Some(Poll::Ready(None));
        }
        let Self::Frame(frame) = std::mem::replace(self, Self::None) else { return None };
        Some(Poll::Ready(Some(Ok(*frame))))
    }
}

impl ObservedBody {
    /// Returns it as axum's body, which does not wrap a boxed body once more.
    #[inline]
    #[expect(clippy::new_ret_no_self, reason = "it is only used so")]
    pub(super) fn new(inner: Body, observation: PooledObservation, progress: BodyProgress) -> Body {
        let body = Self { inner, observation, progress, lookahead: Lookahead::None };
        Body::new(UnsyncBoxBody::new(body))
    }
}

impl http_body::Body for ObservedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        let this = &mut *self;
        if let Some(ahead) = this.lookahead.take() {
            return ahead;
        }
        let inner = &mut this.inner;
        let Some(observation) = this.observation.get() else {
            return Pin::new(inner).poll_frame(cx);
        };
        // Written where it is returned, because moving a frame costs more.
        let mut polled = Poll::Pending;
        observation.poll(|| polled = Pin::new(&mut *inner).poll_frame(cx));
        let has_ended = match &polled {
            // A server need not poll again after `is_end_stream`: most bodies end here.
            Poll::Ready(Some(Ok(frame))) if frame.is_data() && inner.is_end_stream() => {
                observation.send(frame.data_ref().map_or(0, Bytes::len));
                true
            }
            polled => {
                let (progress, lookahead) = (&mut this.progress, &mut this.lookahead);
                observe_frame(observation, progress, lookahead, (inner, cx), polled)
            }
        };
        if has_ended {
            end(&this.observation.take(), this.progress.verdict());
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        match self.lookahead {
            Lookahead::None => self.inner.is_end_stream(),
            Lookahead::Frame(_) => false,
            Lookahead::End => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Records what a poll of a body returned that may have more frames. Returns whether the
/// request ends with it.
#[inline(never)]
fn observe_frame(
    observation: &Observation,
    progress: &mut BodyProgress,
    lookahead: &mut Lookahead,
    (inner, cx): (&mut Body, &mut Context<'_>),
    polled: &Polled,
) -> bool {
    match polled {
        Poll::Pending => {
            suspend(observation);
            progress.is_complete()
        }
        Poll::Ready(None) => true,
        Poll::Ready(Some(Err(_))) => {
            progress.fail();
            true
        }
        Poll::Ready(Some(Ok(frame))) => {
            observation.send(frame.data_ref().map_or(0, Bytes::len));
            progress.record_frame(frame);
            // A server need not poll again after `is_end_stream`, or after the declared length.
            let is_complete = progress.is_complete();
            let has_ended = inner.is_end_stream();
            if is_complete && !has_ended {
                *lookahead = poll_lookahead(observation, progress, inner, cx);
            }
            is_complete || has_ended
        }
    }
}

/// Polls a body once more after its last declared byte, because trailers that the head did not announce may carry
/// `grpc-status`, and a server that has written the declared length may not poll for them. An error is ignored here, since the
/// whole body was delivered.
#[cold]
fn poll_lookahead(
    observation: &Observation,
    progress: &mut BodyProgress,
    inner: &mut Body,
    cx: &mut Context<'_>,
) -> Lookahead {
    match observation.poll(|| Pin::new(inner).poll_frame(cx)) {
        Poll::Pending => Lookahead::None,
        Poll::Ready(Some(Ok(frame))) => {
            progress.record_frame(&frame);
            Lookahead::Frame(Box::new(frame))
        }
        Poll::Ready(None | Some(Err(_))) => Lookahead::End,
    }
}
