//! Gives an endpoint to a mounted service that has no route of its own.

use std::task::{Context, Poll};

use http::Request;
use tower_service::Service;

use super::location::locate;
use crate::observe::endpoint;

/// Counts the requests of `service` under the endpoint `name`. Use it for files, the pages of a single-page application, and
/// other services without a route: otherwise their requests count as `_unmatched`, together with every unknown path.
///
/// Where a request has an endpoint already, from a route or a named service further out, that one stays.
///
/// ```
/// use axum::Router;
/// use goldsignal::axum::named;
///
/// # fn files() -> axum::routing::MethodRouter { axum::routing::get(async || "a file") }
/// let app: Router = Router::new()
///     .nest_service("/static", named("/static/{*path}", files()))
///     .fallback_service(named("/{*page}", files()));
/// # drop(app);
/// ```
pub const fn named<S>(name: &'static str, service: S) -> Named<S> {
    Named { name, service }
}

/// The service that [`named`] makes.
#[derive(Clone, Copy, Debug)]
pub struct Named<S> {
    name: &'static str,
    service: S,
}

impl<S, B> Service<Request<B>> for Named<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> S::Future {
        locate(&request, |shared| {
            let method = endpoint::method_name(request.method());
            shared.claim(endpoint::known(method, self.name).claim());
        });
        self.service.call(request)
    }
}
