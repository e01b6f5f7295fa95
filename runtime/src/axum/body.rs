//! The body on its way: the request ends with its last byte.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::head;
use crate::observe::observation::Held;
use crate::observe::outcome::Outcome;
use crate::observe::verdict::Verdict;

pin_project_lite::pin_project! {
    /// A response's body that ends its request's observation.
    #[derive(Debug)]
    pub struct ObservedBody<B> {
        #[pin]
        inner: Option<B>,
        observation: Option<Held>,
        verdict: Verdict,
    }

    impl<B> PinnedDrop for ObservedBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let Some(observation) = this.observation.take() else { return };
            observation.enter(|| this.inner.set(None));
            observation.enter(|| observation.end_dropped(Outcome::Aborted, this.verdict.status));
        }
    }
}

/// The `error_type` of a body that failed; one whose reader went away has none.
const BROKEN: &str = "body_error";

impl<B> ObservedBody<B> {
    pub(super) fn new(inner: B, observation: Held, verdict: Verdict) -> Self {
        Self { inner: Some(inner), observation: Some(observation), verdict }
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
        let verdict = match frame {
            Some(Err(_)) => {
                Some(Verdict { outcome: Outcome::Aborted, error_type: BROKEN, ..*this.verdict })
            }
            None => Some(*this.verdict),
            Some(Ok(frame)) => {
                observation.send(frame.data_ref().map_or(0, Bytes::len));
                if let Some(grpc) = frame.trailers_ref().and_then(head::grpc_status)
                    && this.verdict.outcome == Outcome::Ok
                {
                    *this.verdict = Verdict { status: this.verdict.status, ..grpc };
                }
                // hyper may never ask again once a body says that it has ended.
                inner.is_end_stream().then_some(*this.verdict)
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
