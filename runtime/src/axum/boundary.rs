//! The boundary: the layer that sees every request begin and end.

use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::future::ResponseFuture;
use super::headers::MethodKind;
use super::location::{ObservationLink, RequestLocation, claim_matched, locate, matched_endpoint};
use super::request_body;
use super::{headers, span_attributes};
use crate::lifecycle::armed::arm;
use crate::observe::endpoint;
use crate::observe::observation::PooledObservation;
use crate::observe::shared::Shared;
use crate::record::ambient::StoreRef;
use crate::registry::Registry;

/// Counts every request of the service that it wraps, whatever happens to it.
///
/// Where it stands decides how it learns the matched path: inside `Router::layer` axum tells it; outermost,
/// around a whole `Router`, `routes![]` or a second [`BoundaryLayer`] further in do. Of layers that nest
/// the outermost counts; inner ones only name the endpoint.
///
/// A request stays one where a middleware between them buffers it, or lets another task go on with it: the
/// request's extensions tie it to its observation. A *copy* of them ties nothing, because it may be in a request
/// that a handler sends elsewhere.
///
/// The bytes of a request's body are counted as the service reads them, until the request ends; those of the
/// response's body as the server asks for them. Bodies without an end: see [`Endless`](super::Endless).
#[derive(Clone, Debug)]
pub struct BoundaryLayer {
    store: StoreRef,
}

impl BoundaryLayer {
    /// A layer that counts in `registry`.
    pub fn new(registry: &Registry) -> Self {
        Self { store: registry.store.clone() }
    }
}

impl<S> Layer<S> for BoundaryLayer {
    type Service = Boundary<S>;

    fn layer(&self, inner: S) -> Boundary<S> {
        Boundary { inner, store: self.store.clone() }
    }
}

/// The service of a [`BoundaryLayer`].
#[derive(Clone, Debug)]
pub struct Boundary<S> {
    inner: S,
    store: StoreRef,
}

impl<S, B, R> Service<Request<B>> for Boundary<S>
where
    B: 'static,
    S: Service<Request<B>, Response = Response<R>>,
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<axum::BoxError>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> ResponseFuture<S::Future> {
        let is_linked = request.extensions().get::<ObservationLink>().is_some();
        if is_linked {
            match locate(&request, |shared| claim_matched(shared, &request)) {
                RequestLocation::Untracked => {}
                RequestLocation::ThisTask => {
                    return ResponseFuture::inner(self.inner.call(request), None);
                }
                RequestLocation::OtherTask(shared) => return self.call_carried(shared, request),
            }
        }
        // Extensions that were copied from another request have that one's path. Looked at before the request is tied: until
        // then there are no extensions as a rule.
        let matched = if is_linked { None } else { matched_endpoint(&request) };
        let observation = self.observe(&mut request);
        let method = MethodKind::of(request.method());
        let armed = arm(&observation);
        if let Some((shared, endpoint)) = observation.outermost().zip(matched) {
            shared.claim(endpoint.claim());
        }
        let future = observation.poll(move || self.inner.call(request));
        armed.disarm();
        ResponseFuture::outer(future, observation, method)
    }
}

impl<S> Boundary<S> {
    /// Goes on with a request that a boundary has in another task.
    #[cold]
    fn call_carried<B, R>(
        &mut self,
        shared: Arc<Shared>,
        request: Request<B>,
    ) -> ResponseFuture<S::Future>
    where
        S: Service<Request<B>, Response = Response<R>>,
    {
        let carried = PooledObservation::carried(shared);
        let future = carried.enter(|| self.inner.call(request));
        ResponseFuture::inner(future, Some(carried))
    }

    fn observe<B: 'static>(&self, request: &mut Request<B>) -> PooledObservation {
        let observation = begin(&self.store, request.method(), request.headers());
        observation
            .recorder
            .describe(|span| span_attributes::add_request(request, &observation, span));
        let shared = observation.shared();
        request_body::count(request.body_mut(), &shared);
        ObservationLink::attach(request, shared);
        observation
    }
}

/// Begins the observation of a request with these `headers`.
///
/// One function for all services: what it puts together is large, and need not be moved from one to the next.
fn begin(store: &StoreRef, method: &Method, headers: &HeaderMap) -> PooledObservation {
    let (requested_id, remote) = headers::request_id_and_trace(headers);
    PooledObservation::request(
        store.clone(),
        endpoint::method_name(method),
        requested_id,
        remote.as_ref(),
    )
}
