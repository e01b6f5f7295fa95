//! Adapts the service of a connection to the requests of hyper.

use std::net::SocketAddr;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use tower_service::Service;

use crate::axum::location::reserve;

/// Converts the body of requests to axum's, and adds the client's address as `ConnectInfo`, if it is an IP address.
#[derive(Clone, Debug)]
pub(super) struct RequestAdapter<S> {
    inner: S,
    peer: Option<SocketAddr>,
}

impl<S> RequestAdapter<S> {
    pub(super) const fn new(inner: S, peer: Option<SocketAddr>) -> Self {
        Self { inner, peer }
    }
}

impl<S: Service<Request<Body>>> Service<Request<Incoming>> for RequestAdapter<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Incoming>) -> S::Future {
        let mut request = request.map(Body::new);
        if let Some(peer) = self.peer {
            reserve(request.extensions_mut());
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        self.inner.call(request)
    }
}
