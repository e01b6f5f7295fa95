//! The argument of make-services: a connection that was just accepted.

use std::convert::Infallible;
use std::future::{Ready, poll_fn, ready};
use std::net::SocketAddr;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::routing::MethodRouter;
use axum::serve::{Listener, TapIo};
use tokio::net::TcpListener;
use tower_service::Service;

/// An accepted connection, as [`Telemetry::serve`](crate::Telemetry::serve) passes it to make-services.
///
/// It replaces axum's [`IncomingStream`](axum::serve::IncomingStream), which only axum can construct. Implement [`Connected`]
/// for this type to extract your own information about connections, as the [module page](super) shows.
#[derive(Debug)]
pub struct IncomingStream<'a, L: Listener> {
    io: &'a L::Io,
    remote_addr: L::Addr,
}

impl<L: Listener> IncomingStream<'_, L> {
    /// The connection itself.
    pub const fn io(&self) -> &L::Io {
        self.io
    }

    /// The address of the peer.
    pub const fn remote_addr(&self) -> &L::Addr {
        &self.remote_addr
    }
}

impl Connected<IncomingStream<'_, TcpListener>> for SocketAddr {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        stream.remote_addr
    }
}

impl<L, F> Connected<IncomingStream<'_, TapIo<L, F>>> for SocketAddr
where
    L: Listener<Addr = Self>,
    F: FnMut(&mut L::Io) + Send + 'static,
{
    fn connect_info(stream: IncomingStream<'_, TapIo<L, F>>) -> Self {
        stream.remote_addr
    }
}

/// A `Router` is its own make-service: each connection gets a clone.
impl<L: Listener> Service<IncomingStream<'_, L>> for Router {
    type Response = Self;
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: IncomingStream<'_, L>) -> Self::Future {
        ready(Ok(self.clone()))
    }
}

/// A `MethodRouter` is its own make-service, too.
impl<L: Listener> Service<IncomingStream<'_, L>> for MethodRouter {
    type Response = Self;
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: IncomingStream<'_, L>) -> Self::Future {
        ready(Ok(self.clone()))
    }
}

/// Calls the make-service for a connection.
pub(super) async fn make<L, M, S>(
    app: &mut M,
    io: &L::Io,
    remote_addr: L::Addr,
) -> Result<S, Infallible>
where
    L: Listener,
    M: for<'a> Service<IncomingStream<'a, L>, Error = Infallible, Response = S>,
{
    poll_fn(|cx| app.poll_ready(cx)).await?;
    app.call(IncomingStream { io, remote_addr }).await
}
