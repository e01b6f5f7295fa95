//! The future of the boundary: it ends the request, or hands the observation to the response's body.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use http::Response;

use super::body_progress::BodyProgress;
use super::endless;
use super::headers::{self, MethodKind, ResponseHead};
use super::response_body::ObservedBody;
use super::serve::UntilShutdown;
use crate::declare::{FaultTag, FieldValue, Outcome};
use crate::lifecycle::armed::end_after;
use crate::lifecycle::deferred::{decide, decide_by_head};
use crate::lifecycle::end::{end, end_before_stream};
use crate::observe::observation::PooledObservation;
use crate::observe::verdict::Verdict;
use crate::observe::verdict::causes::ERROR;

pin_project_lite::pin_project! {
    /// The future of a [`Boundary`](super::Boundary).
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: Option<F>,
        observation: Option<PooledObservation>,
        role: Role,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let Some(observation) = this.observation.take() else { return };
            // Destructors of the service may log, count or panic; they still run within the request.
            let mut drop_service = || this.inner.set(None);
            match this.role {
                Role::Outer { .. } => {
                    let cancelled = Verdict { outcome: Outcome::Cancelled, ..Verdict::OK };
                    end_after(&observation, cancelled, &mut drop_service);
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
    pub(super) fn inner(future: F, carried: Option<PooledObservation>) -> Self {
        Self { inner: Some(future), observation: carried, role: Role::Inner }
    }

    pub(super) fn outer(future: F, observation: PooledObservation, method: MethodKind) -> Self {
        let role = Role::Outer { method };
        Self { inner: Some(future), observation: Some(observation), role }
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
            let result = ready!(match this.observation {
                Some(carried) => carried.enter(|| poll(this.inner, cx)),
                None => poll(this.inner, cx),
            });
            return Poll::Ready(Ok(result?.map(Body::new)));
        };
        let Some(observation) = this.observation else { polled_again() };
        let mut polled = observation.poll(|| {
            let result = poll(this.inner.as_mut(), cx);
            // Destructors of the service may log, count or panic; they still run within the request.
            if result.is_ready() {
                this.inner.set(None);
            }
            result
        });
        // Read by reference, because moving a response costs more.
        let Poll::Ready(result) = &mut polled else { return Poll::Pending };
        let Some(observation) = this.observation.take() else { return Poll::Pending };
        let observed = if let Ok(response) = result {
            observe_head(response, observation, method)
        } else {
            let verdict = Verdict { outcome: Outcome::Error, ..Verdict::OK };
            decide(&observation, verdict.outcome);
            end(&observation, verdict);
            None
        };
        polled.map_ok(|response| {
            response.map(|body| match observed {
                Some((stream, progress)) if stream.is_stream() => {
                    let body = UntilShutdown::new(Body::new(body));
                    Body::new(ObservedBody::new(body, stream, progress))
                }
                Some((observation, progress)) => {
                    Body::new(ObservedBody::new(body, observation, progress))
                }
                None => Body::new(body),
            })
        })
    }
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

/// Reads the head of the response. Ends the request if no body follows; otherwise returns the observation of the body.
fn observe_head<R: http_body::Body>(
    response: &mut Response<R>,
    observation: PooledObservation,
    method: MethodKind,
) -> Option<(PooledObservation, BodyProgress)> {
    let head = ResponseHead::of(response);
    let ResponseHead { verdict, has_request_id, is_event_stream, .. } = head;
    if has_request_id {
        headers::adopt_request_id(&observation.shared(), response.headers());
    } else if let Some(request_id) = observation.request_id() {
        headers::set_request_id(response.headers_mut(), request_id);
    }
    decide_by_head(&observation, &verdict);
    // Calls that waited for the head have ended now, so their errors are captured.
    if verdict.outcome != Outcome::Ok {
        capture_message(&observation, response);
    }
    let progress = BodyProgress::of(&head, response.body());
    if response.body().is_end_stream() || method.forbids_body(response.status()) {
        end(&observation, verdict);
        return None;
    }
    observation.head();
    if !is_event_stream && !endless::is_endless(response, observation.operation()) {
        return Some((observation, progress));
    }
    let stream = end_before_stream(&observation, verdict)?;
    Some((stream, progress.for_stream()))
}
