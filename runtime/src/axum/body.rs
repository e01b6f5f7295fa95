//! The body on its way: the request ends with its last byte.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::head::{self, Answered};
use crate::observe::observation::Held;
use crate::observe::outcome::Outcome;
use crate::observe::verdict::Verdict;

/// How much of a body is still to come, and how its request ends once that has been handed on.
///
/// Servers stop polling a body when they have written the length that they promised in the head, and drop it. A body
/// that is dropped after that was delivered whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Promise {
    verdict: Verdict,
    /// Bytes that are still to come; `u64::MAX` where nobody knows.
    remaining: u64,
    /// Trailers may follow the last byte, and say how the request ended.
    may_have_trailers: bool,
}

impl Promise {
    const UNKNOWN: u64 = u64::MAX;

    /// What a response promises by its head and by the size of its body. The header comes first: a server writes as
    /// much as it says.
    pub(super) fn of<B: Body>(answered: &Answered, body: &B) -> Self {
        let Answered { verdict, content_length, may_have_trailers, .. } = *answered;
        let length = content_length.or_else(|| body.size_hint().exact());
        Self { verdict, remaining: length.unwrap_or(Self::UNKNOWN), may_have_trailers }
    }

    /// The promise of a body whose request has ended with its head.
    pub(super) fn of_stream(self) -> Self {
        Self { verdict: Verdict { status: self.verdict.status, ..Verdict::OK }, ..self }
    }

    /// Counts bytes that were handed on.
    fn hand_on(&mut self, bytes: usize) {
        if self.remaining != Self::UNKNOWN {
            self.remaining = self.remaining.saturating_sub(bytes as u64);
        }
    }

    /// Whether the whole body was handed on, and nothing can follow.
    pub(super) const fn is_kept(&self) -> bool {
        self.remaining == 0 && !self.may_have_trailers
    }

    /// How the request ends when its body is dropped now.
    fn when_dropped(&self) -> Verdict {
        if self.remaining == 0 {
            return self.verdict;
        }
        Verdict { outcome: Outcome::Aborted, status: self.verdict.status, ..Verdict::OK }
    }
}

pin_project_lite::pin_project! {
    /// A response's body that ends its request's observation.
    #[derive(Debug)]
    pub struct ObservedBody<B> {
        #[pin]
        inner: Option<B>,
        observation: Option<Held>,
        promise: Promise,
    }

    impl<B> PinnedDrop for ObservedBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let Some(observation) = this.observation.take() else { return };
            observation.end_after(this.promise.when_dropped(), &mut || this.inner.set(None));
        }
    }
}

/// The `error_type` of a body that failed; one whose reader went away has none.
const BROKEN: &str = "body_error";

impl<B> ObservedBody<B> {
    pub(super) fn new(inner: B, observation: Held, promise: Promise) -> Self {
        Self { inner: Some(inner), observation: Some(observation), promise }
    }
}

impl<B: Body<Data = Bytes>> Body for ObservedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let mut this = self.project();
        let Some(mut inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        let Some(observation) = this.observation.as_ref() else { return inner.poll_frame(cx) };
        let polled = observation.poll(|| inner.as_mut().poll_frame(cx));
        // Looked at where it is: a frame is large.
        let Poll::Ready(frame) = &polled else { return Poll::Pending };
        let promise = this.promise;
        let verdict = match frame {
            Some(Err(_)) => {
                let broken =
                    Verdict { outcome: Outcome::Aborted, error_type: BROKEN, ..promise.verdict };
                Some(broken)
            }
            None => Some(promise.verdict),
            Some(Ok(frame)) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                observation.send(bytes);
                promise.hand_on(bytes);
                if let Some(grpc) = frame.trailers_ref().and_then(head::grpc_status)
                    && promise.verdict.outcome == Outcome::Ok
                {
                    promise.verdict = Verdict { status: promise.verdict.status, ..grpc };
                }
                // A server may never ask again once a body says that it has ended, or has its promised length.
                (promise.is_kept() || inner.is_end_stream()).then_some(promise.verdict)
            }
        };
        if let (Some(verdict), Some(observation)) =
            (verdict, this.observation.take_if(|_| verdict.is_some()))
        {
            observation.end(verdict);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
