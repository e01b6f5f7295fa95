//! Serving with a graceful shutdown: connections drain, are closed after the grace, and only then the telemetry is flushed.
//!
//! [`Telemetry::serve`](crate::Telemetry::serve) is the server. It takes what `axum::serve` takes; the types here are those of
//! its signature, and of make-services that look at the connection:
//!
//! ```no_run
//! use axum::extract::ConnectInfo;
//! use axum::extract::connect_info::Connected;
//! use axum::{Router, routing::get};
//! use goldsignal::Telemetry;
//! use goldsignal::axum::serve::IncomingStream;
//! use tokio::net::TcpListener;
//!
//! #[derive(Clone)]
//! struct Port(u16);
//!
//! impl Connected<IncomingStream<'_, TcpListener>> for Port {
//!     fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
//!         Self(stream.remote_addr().port())
//!     }
//! }
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let port = async |ConnectInfo(Port(port)): ConnectInfo<Port>| format!("you come from port {port}");
//! let app = Router::new().route("/", get(port)).into_make_service_with_connect_info::<Port>();
//! let telemetry = Telemetry::builder("ports").build()?;
//! telemetry.serve(TcpListener::bind("127.0.0.1:8000").await?, app).await?;
//! # Ok(())
//! # }
//! ```

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

/// How long open requests may take after the shutdown began. Kubernetes gives a pod 30 seconds; the rest is for the flush.
pub(crate) const DEFAULT_SHUTDOWN_GRACE: Duration = Duration::from_secs(25);

/// How long the head of a request may take: hyper's default.
pub(crate) const DEFAULT_HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the server waits for closed connections to be dropped. Only a handler that blocks its thread takes longer.
const DROP_TIMEOUT: Duration = Duration::from_secs(1);

/// The limits of a server.
#[derive(Clone, Debug)]
pub(crate) struct ServerSettings {
    /// How long open requests may take after the shutdown began.
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

/// Accepts connections and serves them until the shutdown.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) settings: ServerSettings,
    pub(crate) boundary: BoundaryLayer,
    pub(crate) errors: Arc<AcceptErrors>,
}

impl Server {
    /// Serves the services that `app` makes until `shutdown` completes. Then calls `on_draining`, lets all connections drain, and
    /// closes them after the grace. `shutdown` returns the future of a second signal, which ends the grace early.
    ///
    /// When this returns, every request is counted. Returns the future of the second signal, if that has not completed.
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
        // Closes the backlog, whose connections would otherwise wait for an answer in vain.
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
        // An error means that a handler blocks its thread, so that its task cannot be dropped.
        let _ = timeout(DROP_TIMEOUT, phase.closed()).await;
        (!is_forced).then_some(second_signal)
    }

    /// Adds the layer that reports the paths of routes mounted by hand. Only a plain `Router` can get it here.
    fn add_route_layer<M: 'static>(&self, mut app: M) -> M {
        if let Some(router) = (&mut app as &mut dyn std::any::Any).downcast_mut::<Router>() {
            *router = std::mem::take(router).layer(self.boundary.clone());
        }
        app
    }
}
