//! The boundary: the `tower` layer that observes every request from its arrival to the end of its response.

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
use crate::observe::endpoint::{self, Endpoint};
use crate::observe::observation::PooledObservation;
use crate::observe::shared::Shared;
use crate::record::ambient::StoreRef;
use crate::registry::Registry;

/// A `tower` layer that counts every request of the service that it wraps exactly once, also one that panics, is cancelled or
/// loses its client.
///
/// Its position decides how it learns the matched path. Added by `Router::layer`, it gets the path from axum. Around a whole
/// `Router`, it gets the path from `routes![]` or from a second [`BoundaryLayer`] further in. Of nested layers, the outermost
/// counts the request; the inner ones only report the endpoint.
///
/// A request is counted once also where a middleware buffers it or moves it to another task, because the request's extensions
/// link it to its observation. Cloned extensions lose the link: a handler may attach them to an outgoing request.
///
/// The layer counts the bytes of a request's body as the service reads them, until the request ends, and the bytes of the
/// response's body as the server reads them. For bodies without an end see [`Endless`](super::Endless).
///
/// ```
/// use axum::{Router, routing::get};
/// use goldsignal::Registry;
/// use goldsignal::axum::BoundaryLayer;
///
/// let layer = BoundaryLayer::new(&Registry::current());
/// let app: Router = Router::new().route("/", get(async || "hello")).layer(layer);
/// # drop(app);
/// ```
#[derive(Clone, Debug)]
pub struct BoundaryLayer {
    store: StoreRef,
}

impl BoundaryLayer {
    /// Creates a layer that records to `registry`.
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
        // The extensions of most requests are empty here.
        let mut matched = None;
        if !request.extensions().is_empty() {
            match prepare(&request) {
                Prepared::Outer(endpoint) => matched = endpoint,
                Prepared::Inner => {
                    return ResponseFuture::inner(
                        self.inner.call(request),
                        PooledObservation::NONE,
                    );
                }
                Prepared::Carried(shared) => return self.call_carried(shared, request),
            }
        }
        let observation = self.observe(&mut request);
        let method = MethodKind::of(request.method());
        let armed = arm(&observation);
        if let Some(endpoint) = matched {
            claim(&observation, endpoint);
        }
        let future = observation.poll(move || self.inner.call(request));
        armed.disarm();
        ResponseFuture::outer(future, observation, method)
    }
}

impl<S> Boundary<S> {
    /// Calls the service with a request whose boundary runs in another task.
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
        ResponseFuture::inner(future, carried)
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

/// What a request's extensions say about the role of a boundary.
enum Prepared {
    /// It is the outermost one; axum may have matched a route.
    Outer(Option<&'static Endpoint>),
    /// A boundary further out began the observation, in this task.
    Inner,
    /// A boundary further out began the observation, in another task.
    Carried(Arc<Shared>),
}

#[inline(never)]
fn prepare<B>(request: &Request<B>) -> Prepared {
    match request.extensions().get::<ObservationLink>() {
        None => return Prepared::Outer(matched_endpoint(request)),
        // The server made the extensions, so no router has matched the request.
        Some(link) if link.is_new() => return Prepared::Outer(None),
        Some(_) => {}
    }
    match locate(request, |shared| claim_matched(shared, request)) {
        // A link without an observation means that the extensions were cloned from another request, whose path they hold.
        RequestLocation::Untracked => Prepared::Outer(None),
        RequestLocation::ThisTask => Prepared::Inner,
        RequestLocation::OtherTask(shared) => Prepared::Carried(shared),
    }
}

#[inline(never)]
fn claim(observation: &PooledObservation, endpoint: &'static Endpoint) {
    if let Some(shared) = observation.outermost() {
        shared.claim(endpoint.claim());
    }
}

/// Begins the observation of a request with these `headers`.
///
/// Not generic, so that the large observation is built where it stays, once for all services.
fn begin(store: &StoreRef, method: &Method, headers: &HeaderMap) -> PooledObservation {
    let (requested_id, remote) = headers::request_id_and_trace(headers);
    PooledObservation::request(store, endpoint::method_name(method), requested_id, remote.as_ref())
}
