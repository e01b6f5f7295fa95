//! The bounds of what `serve` takes, each written once.

use std::convert::Infallible;

use axum::body::Body;
use axum::response::Response;
use axum::serve::Listener;
use http::Request;
use tower_service::Service;

use super::IncomingStream;

/// A `tower` service that answers the requests of one connection.
///
/// This trait only names its bounds; it is implemented for every type that meets them.
pub trait HttpService<B = Body>:
    Service<Request<B>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static
{
}

impl<S, B> HttpService<B> for S
where
    S: Service<Request<B>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
}

/// A make-service: it makes the [`HttpService`] of each connection that a listener accepts.
///
/// This trait only names its bounds; it is implemented for every type that meets them, such as `Router`, `MethodRouter`, and
/// what `Router::into_make_service_with_connect_info` returns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be served",
    label = "neither a `Router`, a `MethodRouter` nor a make-service",
    note = "`serve` takes what `axum::serve` takes: try `Router::into_make_service` or `tower::make::Shared`"
)]
pub trait MakeHttpService<L: Listener>:
    for<'a> Service<
        IncomingStream<'a, L>,
        Response = <Self as MakeHttpService<L>>::Service,
        Error = Infallible,
    > + Send
    + 'static
{
    /// The service of one connection.
    type Service: HttpService;
}

impl<L, M, S> MakeHttpService<L> for M
where
    L: Listener,
    M: for<'a> Service<IncomingStream<'a, L>, Response = S, Error = Infallible> + Send + 'static,
    S: HttpService,
{
    type Service = S;
}
