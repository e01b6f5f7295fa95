//! The future of the boundary: it ends the request, or hands the observation to the response's body.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use http::Response;
use http_body::Body as _;

use super::body_progress::BodyProgress;
use super::endless;
use super::headers::{self, MethodKind, ResponseHead};
use super::response_body::ObservedBody;
use super::serve::UntilShutdown;
use crate::declare::{FaultTag, FieldValue, Outcome};
use crate::lifecycle::armed::end_after;
use crate::lifecycle::deferred::{decide, decide_by_head};
use crate::lifecycle::end::{end, end_before_stream};
use crate::lifecycle::suspend::{end_poll, resume_request, suspend};
use crate::observe::first_poll;
use crate::observe::observation::{Observation, PooledObservation};
use crate::observe::verdict::Verdict;
use crate::observe::verdict::causes::ERROR;

pin_project_lite::pin_project! {
    /// The future of a [`Boundary`](super::Boundary).
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: Option<F>,
        observation: PooledObservation,
        role: Role,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let Some(observation) = this.observation.get() else { return };
            // It may have panicked in its first poll.
            first_poll::end(observation.store.get());
            // Destructors of the service may log, count or panic; they still run within the request.
            let mut drop_service = || this.inner.set(None);
            match this.role {
                Role::Outer { .. } => {
                    let cancelled = Verdict { outcome: Outcome::Cancelled, ..Verdict::OK };
                    end_after(observation, cancelled, &mut drop_service);
                }
                Role::Inner => observation.enter(drop_service),
            }
        }
    }
}

/// The role of a boundary for one request.
#[derive(Clone, Copy, Debug)]
enum Role {
    /// It began the observation and ends it.
    Outer { method: MethodKind },
    /// A boundary further out began the observation.
    Inner,
}

impl<F> ResponseFuture<F> {
    /// The future of a boundary inside another one. `carried` is the observation, if the outer boundary runs in another task.
    pub(super) fn inner(future: F, carried: PooledObservation) -> Self {
        Self { inner: Some(future), observation: carried, role: Role::Inner }
    }

    pub(super) fn outer(future: F, observation: PooledObservation, method: MethodKind) -> Self {
        let role = Role::Outer { method };
        Self { inner: Some(future), observation, role }
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
        let Role::Outer { method } = *this.role else {
            let result = ready!(poll_inner(this.inner, this.observation.get(), cx));
            return Poll::Ready(Ok(result?.map(Body::new)));
        };
        let Some(observation) = this.observation.get() else { polled_again() };
        let first_poll = resume_request(observation);
        // Written where it is returned, and changed there: moving a response costs more.
        let mut polled = Poll::Pending;
        observation.poll(|| {
            polled = poll(this.inner.as_mut(), cx).map_ok(|response| response.map(Body::new));
            if polled.is_ready() {
                // Destructors of the service may log, count or panic; they still run within the request.
                this.inner.set(None);
            }
        });
        first_poll.end();
        match &mut polled {
            Poll::Pending => suspend(observation),
            Poll::Ready(Ok(response)) => {
                observe_response(response, this.observation.take(), method);
            }
            Poll::Ready(Err(_)) => end_without_response(&this.observation.take()),
        }
        polled
    }
}

/// Polls the service of a boundary inside another one.
#[inline(never)]
fn poll_inner<F: Future>(
    inner: Pin<&mut Option<F>>,
    carried: Option<&Observation>,
    cx: &mut Context<'_>,
) -> Poll<F::Output> {
    match carried {
        Some(carried) => carried.enter(|| poll(inner, cx)),
        None => poll(inner, cx),
    }
}

/// Ends a request whose service returned an error instead of a response.
#[cold]
fn end_without_response(observation: &PooledObservation) {
    let verdict = Verdict { outcome: Outcome::Error, ..Verdict::OK };
    decide(observation, verdict.outcome);
    end(observation, verdict);
}

fn poll<F: Future>(inner: Pin<&mut Option<F>>, cx: &mut Context<'_>) -> Poll<F::Output> {
    let Some(inner) = inner.as_pin_mut() else { polled_again() };
    inner.poll(cx)
}

#[cold]
fn polled_again() -> ! {
    panic!("a request's future was polled after it completed")
}

/// Captures the message of the [`FaultTag`] in a response's extensions as the field `error`, unless the handler's own
/// error is there.
#[cold]
fn capture_message<R>(observation: &PooledObservation, response: &Response<R>) {
    let message = response.extensions().get::<FaultTag>().and_then(|tag| tag.message.as_deref());
    if let Some(message) = message.filter(|_| !observation.has_captured(ERROR)) {
        observation.capture(ERROR, FieldValue::Text(message));
    }
}

/// Reads the head of the response. Ends the request if no body follows; otherwise hands the observation to the body.
#[inline(never)]
fn observe_response(
    response: &mut Response<Body>,
    observation: PooledObservation,
    method: MethodKind,
) {
    let Some(request) = observation.request() else { return };
    let mut head = ResponseHead::UNREAD;
    head.read(response);
    if head.has_request_id {
        headers::adopt_request_id(request, response.headers());
    } else {
        headers::set_request_id(response.headers_mut(), request.id());
    }
    #[cfg(feature = "traces")]
    if observation.recorder.is_on() {
        headers::announce_span(response.headers_mut(), &observation);
    }
    decide_by_head(&observation, &head.verdict);
    // Calls that waited for the head have ended now, so their errors are captured.
    if head.verdict.outcome != Outcome::Ok {
        capture_message(&observation, response);
    }
    head.read_length(response);
    if response.body().is_end_stream() || method.forbids_body(response.status()) {
        return end(&observation, head.verdict);
    }
    // The last poll of the request's future ends with the head.
    end_poll(&observation, observation.head(request));
    let is_endless = head.is_event_stream
        || endless::is_endless(response.extensions(), request.operation(), || {
            response.body().size_hint().exact().is_some()
        });
    let progress = BodyProgress::of(&head);
    let body = response.body_mut();
    if is_endless {
        return observe_stream(body, &observation, &head.verdict, &progress);
    }
    *body = ObservedBody::new(std::mem::take(body), observation, progress);
}

/// Ends a request with its head, and observes its endless body, which ends at shutdown.
#[cold]
fn observe_stream(
    body: &mut Body,
    request: &PooledObservation,
    head: &Verdict,
    progress: &BodyProgress,
) {
    let Some(stream) = end_before_stream(request, *head) else { return };
    let until_shutdown = Body::new(UntilShutdown::new(std::mem::take(body)));
    *body = ObservedBody::new(until_shutdown, stream, progress.for_stream());
}
