//! Serving with a graceful stop: connections are told to end, then ended, and only then is the telemetry flushed.

mod accept;
mod connection;
mod header_timer;
mod incoming;
mod io;
mod make_service;
mod request_adapter;
mod shutdown;
mod signals;

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tower_layer::Layer;

use super::BoundaryLayer;
use crate::expose::accept_errors::AcceptErrors;
pub use incoming::IncomingStream;
pub use make_service::{HttpService, MakeHttpService};
pub(super) use shutdown::UntilShutdown;
use shutdown::{Phase, ShutdownSignal};
pub(crate) use signals::Signals;

/// How long open requests may take after the stop was asked for, unless set otherwise: within the 30 seconds that Kubernetes gives a
/// pod, with some of them left for the flush.
pub(crate) const DEFAULT_SHUTDOWN_GRACE: Duration = Duration::from_secs(25);

/// How long the head of a request may take, unless set otherwise: the default of hyper.
pub(crate) const DEFAULT_HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);

/// How long connections may take to be dropped. Only a handler that blocks its thread makes it wait.
const DROP_TIMEOUT: Duration = Duration::from_secs(1);

/// How a service is served.
#[derive(Clone, Debug)]
pub(crate) struct ServerSettings {
    /// How long open requests may take after the stop.
    pub(crate) shutdown_grace: Duration,
    /// How long the head of a request may take, from its first byte.
    pub(crate) header_read_timeout: Duration,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            shutdown_grace: DEFAULT_SHUTDOWN_GRACE,
            header_read_timeout: DEFAULT_HEADER_READ_TIMEOUT,
        }
    }
}

/// What serves.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) settings: ServerSettings,
    pub(crate) boundary: BoundaryLayer,
    pub(crate) errors: Arc<AcceptErrors>,
}

impl Server {
    /// Serves what `app` makes until `stop` ends. Then calls `stopping`, tells all connections to end, and ends them after the
    /// grace, or when what `stop` gave ends: the second signal.
    ///
    /// When this returns, every request is counted. Gives back what `stop` gave where it has not ended.
    pub(crate) async fn serve<L, M, N>(
        &self,
        mut listener: L,
        app: M,
        shutdown: impl Future<Output = N>,
        on_draining: impl FnOnce(),
    ) -> Option<Pin<Box<N>>>
    where
        L: Listener,
        M: MakeHttpService<L>,
        N: Future<Output = ()>,
    {
        let mut app = self.add_route_layer(app);
        let (phase, shutdown_signal) = watch::channel(Phase::Serving);
        let shutdown_signal = ShutdownSignal::new(shutdown_signal);
        let mut shutdown = pin!(shutdown);
        let second_signal = loop {
            let (io, peer) = tokio::select! {
                biased;
                second_signal = &mut shutdown => break second_signal,
                accepted = accept::accept(&mut listener, &self.errors) => accepted,
            };
            let peer_address = accept::socket_address(&peer);
            let Ok(service) = incoming::make(&mut app, &io, peer).await;
            let service =
                request_adapter::RequestAdapter::new(self.boundary.layer(service), peer_address);
            let connection = connection::serve(
                io,
                service,
                self.settings.header_read_timeout,
                shutdown_signal.clone(),
            );
            tokio::spawn(shutdown_signal.clone().scope(connection));
        };
        on_draining();
        // Closes the backlog: connections that wait there would get no answer.
        drop(listener);
        drop(shutdown_signal);
        phase.send_replace(Phase::Draining);
        let mut second_signal = Box::pin(second_signal);
        let is_forced = tokio::select! {
            () = phase.closed() => return Some(second_signal),
            () = &mut second_signal => true,
            () = sleep(self.settings.shutdown_grace) => false,
        };
        phase.send_replace(Phase::Closed);
        // An error means that a handler blocks its thread: it cannot be dropped.
        let _ = timeout(DROP_TIMEOUT, phase.closed()).await;
        (!is_forced).then_some(second_signal)
    }

    /// Routes that are mounted by hand tell their path through a layer of their own. It can be added to a plain router alone.
    fn add_route_layer<M: 'static>(&self, mut app: M) -> M {
        if let Some(router) = (&mut app as &mut dyn std::any::Any).downcast_mut::<Router>() {
            *router = std::mem::take(router).layer(self.boundary.clone());
        }
        app
    }
}
