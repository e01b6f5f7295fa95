//! The runtime of `routes![]`: mounts handlers under the routes that their attributes declare.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, any};
use tower_layer::Layer;
use tower_service::Service;

use super::handler::future::RoutedFuture;
use super::location::{claim_matched, in_this_task, locate, locate_elsewhere, matched_endpoint};
use crate::declare::{Operation, Route};
use crate::observe::current::Instrumented;
use crate::observe::endpoint::{self, EndpointClaim};
use crate::observe::mount::RoutePrefix;
use crate::observe::observation::PooledObservation;
use crate::observe::shared::Shared;
use crate::observe::site::Site;
use crate::record::ambient::StoreRef;

/// Collects handlers and builds a router of them. `routes![]` expands to its use.
#[derive(Debug)]
pub struct Mounting<S> {
    paths: Vec<(String, MethodRouter<S>)>,
    mounted: MountedOperations,
    prefix: RoutePrefix,
}

impl<S: Clone + Send + Sync + 'static> Mounting<S> {
    /// Starts without handlers.
    #[expect(clippy::new_without_default, reason = "for expansions only")]
    pub fn new() -> Self {
        Self::under(RoutePrefix::NONE)
    }

    /// Starts without handlers; all routes will be under `prefix`.
    pub fn under(prefix: RoutePrefix) -> Self {
        Self { paths: Vec::new(), mounted: MountedOperations::default(), prefix }
    }

    /// Mounts `handler`, a function with layers, under the routes of the function.
    ///
    /// The compiler instantiates this for every handler, so that code without the handler's type is in other functions.
    ///
    /// # Panics
    /// If two handlers have one method and path, or one path with different parameter names. axum would panic too; this
    /// message also names both source lines.
    pub fn mount_layered<R, H, T>(&mut self, route: PhantomData<fn() -> R>, handler: H)
    where
        R: RoutedFuture + 'static,
        H: Handler<T, S>,
        T: 'static,
    {
        let adapter = Adapter { handler, route };
        for route in self.add(R::site().operation()) {
            let PathMethods { path, filter, methods } = self.take_methods(route);
            let adapter = adapter.clone();
            let methods = match filter {
                Some(filter) => methods.on(filter, adapter),
                None => methods.merge(any(adapter)),
            };
            self.put_methods(path, methods);
        }
    }

    /// Registers `operation` and returns its routes.
    #[inline(never)]
    fn add(&mut self, operation: &'static Operation) -> &'static [Route] {
        self.mounted.add(operation, self.prefix)
    }

    /// Takes out the handlers of the path of `route`, so that one can be added.
    #[inline(never)]
    fn take_methods(&mut self, route: &Route) -> PathMethods<S> {
        // The layer wraps only the 405 fallback, because handlers that are added later are outside of it.
        let new = || MethodRouter::new().layer(ClaimEndpointLayer);
        let path = route.under(self.prefix.path());
        let index = self.paths.iter().position(|(known, _)| *known == path);
        let methods = index.map_or_else(new, |index| self.paths.swap_remove(index).1);
        PathMethods { path, filter: route.only_method().map(method_filter), methods }
    }

    #[inline(never)]
    fn put_methods(&mut self, path: String, methods: MethodRouter<S>) {
        self.paths.push((path, methods));
    }

    /// The router.
    pub fn finish(self) -> Router<S> {
        let paths = self.paths.into_iter();
        paths.fold(Router::new(), |router, (path, methods)| router.route(&path, methods))
    }
}

/// The handlers of one path, and the method of the handler to add.
struct PathMethods<S> {
    path: String,
    /// `None` for every method.
    filter: Option<MethodFilter>,
    methods: MethodRouter<S>,
}

/// The operations whose handlers are mounted.
#[derive(Debug, Default)]
struct MountedOperations(Vec<&'static Operation>);

impl MountedOperations {
    /// Adds an operation and returns its routes. Its series are exposed at zero from now on.
    fn add(&mut self, operation: &'static Operation, prefix: RoutePrefix) -> &'static [Route] {
        self.refuse_conflicts(operation);
        self.0.push(operation);
        for route in operation.routes {
            let path = route.under(prefix.path());
            for method in route.methods() {
                endpoint::intern(method, &path).mount(StoreRef::current().get());
            }
        }
        operation.routes
    }

    fn refuse_conflicts(&self, new: &'static Operation) {
        for old in &self.0 {
            for (a, b) in old.routes.iter().flat_map(|a| new.routes.iter().map(move |b| (a, b))) {
                assert!(
                    a != b,
                    "`{a}` is stated twice: by `{}` at {} and by `{}` at {}",
                    old.name,
                    old.location,
                    new.name,
                    new.location
                );
                assert!(
                    a.path == b.path
                        || without_parameter_names(a.path) != without_parameter_names(b.path),
                    "`{}` at {} and `{}` at {} are one path with parameters of different names; rename one",
                    a.path,
                    old.location,
                    b.path,
                    new.location
                );
            }
        }
    }
}

/// A path whose parameters have no names, such as `/items/{}`.
fn without_parameter_names(path: &str) -> String {
    let mut inside = false;
    let keep = |c: &char| {
        let kept = !inside || *c == '}';
        inside = (inside || *c == '{') && *c != '}';
        kept
    };
    path.chars().filter(keep).collect()
}

fn method_filter(method: &str) -> MethodFilter {
    let method = http::Method::from_bytes(method.as_bytes()).unwrap_or_default();
    // The macro accepts only methods that axum has.
    MethodFilter::try_from(method).unwrap_or(MethodFilter::GET)
}

/// A handler that claims the request for its operation before its extractors run, so that a rejection counts for the operation.
///
/// It adds nothing to the handler's size: with a reference in it, axum would allocate for each request.
#[derive(Debug)]
pub(crate) struct Adapter<H, R> {
    handler: H,
    route: PhantomData<fn() -> R>,
}

impl<H: Clone, R> Clone for Adapter<H, R> {
    fn clone(&self) -> Self {
        Self { handler: self.handler.clone(), route: PhantomData }
    }
}

impl<H, R, T, S> Handler<T, S> for Adapter<H, R>
where
    H: Handler<T, S>,
    R: RoutedFuture + 'static,
    S: 'static,
{
    type Future = Instrumented<H::Future>;

    // Inlined into axum's function, so that the compiler does not emit a second function for every handler.
    #[inline]
    fn call(self, request: Request, state: S) -> Self::Future {
        let carried = claim_operation(R::site(), &request);
        // The carried observation is not entered here: this call only creates the future. Entering would add code to every
        // handler for the few requests that a middleware moves to another task.
        Instrumented::new(Some(self.handler.call(request, state)), carried)
    }
}

/// Claims the request for the operation. Returns the observation to enter, if the boundary runs in another task.
#[inline(never)]
fn claim_operation(site: &'static Site, request: &Request) -> PooledObservation {
    let Some(shared) = in_this_task(request) else {
        return claim_elsewhere(site, request);
    };
    match declared_claim(site, shared, request) {
        Some(claim) => shared.claim_by(claim, &site.operation),
        None => claim_route(site, shared, request),
    }
    PooledObservation::NONE
}

/// The claim of an operation with one route, if that is the request's. Its path then has the length of the path that axum
/// matched: where the router is nested, that is longer.
#[inline]
fn declared_claim(
    site: &'static Site,
    shared: &Shared,
    request: &Request,
) -> Option<&'static EndpointClaim> {
    let claim = site.only_claim()?;
    let (endpoint, method) = (claim.endpoint, shared.request()?.method);
    let path = request.extensions().get::<MatchedPath>()?.as_str();
    (path.len() == endpoint.path.len() && method == endpoint.method).then_some(claim)
}

#[cold]
fn claim_elsewhere(site: &'static Site, request: &Request) -> PooledObservation {
    locate_elsewhere(request, |shared| claim_route(site, shared, request)).into_carried()
}

/// Claims the request for the route of the operation that axum matched.
#[inline(never)]
fn claim_route(site: &'static Site, shared: &Shared, request: &Request) {
    let operation = site.operation();
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let method = request.method().as_str();
    let declared = operation
        .routes
        .iter()
        .position(|route| route.method == method && path.is_none_or(|path| path == route.path));
    match declared {
        Some(route) => shared.claim_by(site.claim(route), operation),
        // A nested router has a longer path than the attribute declares, and a GET handler also answers HEAD.
        None => {
            if let Some(endpoint) = matched_endpoint(request) {
                shared.claim_by(endpoint.claim(), operation);
            }
        }
    }
}

/// Claims the endpoint for a request whose method no handler has, which is answered by 405.
#[derive(Clone, Copy, Debug)]
struct ClaimEndpointLayer;

impl<S> Layer<S> for ClaimEndpointLayer {
    type Service = ClaimEndpoint<S>;

    fn layer(&self, inner: S) -> ClaimEndpoint<S> {
        ClaimEndpoint(inner)
    }
}

#[derive(Clone, Debug)]
struct ClaimEndpoint<S>(S);

impl<S> Service<Request> for ClaimEndpoint<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> S::Future {
        locate(&request, |shared| claim_matched(shared, &request));
        self.0.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parameter_names_are_left_out() {
        assert_eq!(without_parameter_names("/a/{b}/c"), without_parameter_names("/a/{d}/c"));
        assert_ne!(without_parameter_names("/a/{b}"), without_parameter_names("/a/b"));
    }
}
