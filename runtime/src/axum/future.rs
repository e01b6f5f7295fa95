//! The response on its way: the future of the boundary.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use http::{Response, StatusCode};

use super::body::ObservedBody;
use super::head;
use crate::observe::observation::{Observation, Subject};
use crate::observe::outcome::Outcome;
use crate::observe::verdict::Verdict;

pin_project_lite::pin_project! {
    /// The future of a [`Boundary`](super::Boundary).
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: Option<F>,
        observation: Option<Observation>,
        is_head: bool,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let Some(observation) = this.observation.take() else { return };
            // What the service drops may log or count: that is still a part of the request.
            observation.enter(|| this.inner.set(None));
            observation.enter(|| observation.end_dropped(Outcome::Cancelled, None));
        }
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn inner(future: F) -> Self {
        Self { inner: Some(future), observation: None, is_head: false }
    }

    pub(super) fn outer(future: F, observation: Observation, is_head: bool) -> Self {
        Self { inner: Some(future), observation: Some(observation), is_head }
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<axum::BoxError>,
{
    type Output = Result<Response<Body>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else {
            panic!("a request's future was polled after it completed");
        };
        let result = match this.observation.as_ref() {
            Some(observation) => ready!(observation.poll(|| inner.poll(cx))),
            None => return Poll::Ready(Ok(ready!(inner.poll(cx))?.map(Body::new))),
        };
        let observation = this.observation.take();
        let Some(observation) = observation else { return Poll::Pending };
        observation.enter(|| this.inner.set(None));
        Poll::Ready(match result {
            Ok(response) => Ok(answered(response, observation, *this.is_head)),
            Err(error) => {
                let verdict = Verdict { outcome: Outcome::Error, ..Verdict::OK };
                observation.decide(verdict.outcome);
                observation.end(verdict);
                Err(error)
            }
        })
    }
}

/// The response with its head read: ended where no body follows, else with the observation in its body.
fn answered<R>(mut response: Response<R>, observation: Observation, is_head: bool) -> Response<Body>
where
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<axum::BoxError>,
{
    let verdict = head::verdict(&response);
    if let Subject::Request(request) = &observation.subject {
        head::echo(&mut response, &request.request_id);
    }
    observation.decide(verdict.outcome);
    let bodiless = is_head || response.status() == StatusCode::SWITCHING_PROTOCOLS;
    if bodiless || response.body().is_end_stream() {
        observation.end(verdict);
        return response.map(Body::new);
    }
    response.map(|body| Body::new(ObservedBody::new(body, observation, verdict)))
}
