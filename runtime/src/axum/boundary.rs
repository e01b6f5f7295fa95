//! The boundary: the layer that sees every request begin and end.

use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::MatchedPath;
use bytes::Bytes;
use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::future::ResponseFuture;
use super::head;
use crate::observe::observation::Observation;
use crate::observe::{current, endpoint};
use crate::record::ambient::StoreRef;
use crate::registry::Registry;

/// Counts every request of the service that it wraps, whatever happens to it.
///
/// Where it stands decides how it learns the matched path: inside `Router::layer` axum tells it; outermost,
/// around a whole `Router`, `routes![]` or a second [`BoundaryLayer`] further in do. Of layers that nest
/// the outermost counts; inner ones only name the endpoint.
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

/// Says that a boundary further out has the request.
#[derive(Clone, Copy, Debug)]
struct Observed;

impl<S, B, R> Service<Request<B>> for Boundary<S>
where
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
        // The extension alone could be a copy, in a request that the handler sends elsewhere.
        if request.extensions().get::<Observed>().is_some() && claim_matched(&request) {
            return ResponseFuture::inner(self.inner.call(request));
        }
        let observation = self.observe(&mut request);
        let is_head = request.method() == http::Method::HEAD;
        let armed = observation.arm();
        let future = observation.poll(|| {
            claim_matched(&request);
            self.inner.call(request)
        });
        armed.disarm();
        ResponseFuture::outer(future, observation, is_head)
    }
}

impl<S> Boundary<S> {
    fn observe<B>(&self, request: &mut Request<B>) -> Observation {
        let method = endpoint::method_name(request.method());
        let request_id = head::request_id(request.headers());
        let trace = head::trace(request.headers());
        request.extensions_mut().insert(Observed);
        request.extensions_mut().insert(request_id.clone());
        Observation::request(self.store.clone(), method, request_id, trace)
    }
}

/// Names the current request's endpoint by what axum matched. `false` when no request is current.
pub(super) fn claim_matched<B>(request: &Request<B>) -> bool {
    current::request_observation(|observation, current| {
        if let Some(path) = request.extensions().get::<MatchedPath>() {
            let method = endpoint::method_name(request.method());
            let endpoint = endpoint::intern(method, path.as_str());
            current.claim(&observation.store, endpoint, endpoint.operation);
        }
    })
    .is_some()
}
