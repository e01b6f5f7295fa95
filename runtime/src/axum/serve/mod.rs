//! Serving with a graceful stop: connections are told to end, then ended, and only then is the telemetry flushed.

mod accept;
mod connection;
mod head;
mod incoming;
mod io;
mod requests;
mod signals;
mod stop;

use std::convert::Infallible;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum::serve::Listener;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tower_layer::Layer;
use tower_service::Service;

use super::BoundaryLayer;
use crate::expose::accept_errors::AcceptErrors;
pub use incoming::IncomingStream;
pub(crate) use signals::Signals;
pub(super) use stop::UntilStop;
use stop::{Phase, Stop};

/// How long open requests may take after the stop was asked for, unless set otherwise: within the 30 seconds that Kubernetes gives a
/// pod, with some of them left for the flush.
pub(crate) const GRACE: Duration = Duration::from_secs(25);

/// How long the head of a request may take, unless set otherwise: the default of hyper.
pub(crate) const HEAD: Duration = Duration::from_secs(30);

/// How long connections may take to be dropped. Only a handler that blocks its thread makes it wait.
const DROPPED: Duration = Duration::from_secs(1);

/// How a service is served.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// How long open requests may take after the stop.
    pub(crate) grace: Duration,
    /// How long the head of a request may take, from its first byte.
    pub(crate) head: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { grace: GRACE, head: HEAD }
    }
}

/// What serves.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) settings: Settings,
    pub(crate) boundary: BoundaryLayer,
    pub(crate) errors: Arc<AcceptErrors>,
}

impl Server {
    /// Serves what `app` makes until `stop` ends. Then calls `stopping`, tells all connections to end, and ends them after the
    /// grace, or when what `stop` gave ends: the second signal.
    ///
    /// When this returns, every request is counted. Gives back what `stop` gave where it has not ended.
    pub(crate) async fn serve<L, M, S, N>(
        &self,
        mut listener: L,
        app: M,
        stop: impl Future<Output = N>,
        stopping: impl FnOnce(),
    ) -> Option<Pin<Box<N>>>
    where
        L: Listener,
        M: for<'a> Service<IncomingStream<'a, L>, Error = Infallible, Response = S>
            + Send
            + 'static,
        S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send,
        N: Future<Output = ()>,
    {
        let mut app = self.name_routes(app);
        let (phase, stopped) = watch::channel(Phase::Serving);
        let stopped = Stop::new(stopped);
        let mut stop = pin!(stop);
        let now = loop {
            let (io, peer) = tokio::select! {
                biased;
                now = &mut stop => break now,
                accepted = accept::accept(&mut listener, &self.errors) => accepted,
            };
            let peer_address = accept::socket_address(&peer);
            let Ok(service) = incoming::make(&mut app, &io, peer).await;
            let service = requests::Requests::new(self.boundary.layer(service), peer_address);
            let connection = connection::serve(io, service, self.settings.head, stopped.clone());
            tokio::spawn(stopped.clone().scope(connection));
        };
        stopping();
        // Closes the backlog: connections that wait there would get no answer.
        drop(listener);
        drop(stopped);
        phase.send_replace(Phase::Stopping);
        let mut now = Box::pin(now);
        let is_now = tokio::select! {
            () = phase.closed() => return Some(now),
            () = &mut now => true,
            () = sleep(self.settings.grace) => false,
        };
        phase.send_replace(Phase::Ended);
        // An error means that a handler blocks its thread: it cannot be dropped.
        let _ = timeout(DROPPED, phase.closed()).await;
        (!is_now).then_some(now)
    }

    /// Routes that are mounted by hand tell their path through a layer of their own. It can be added to a plain router alone.
    fn name_routes<M: 'static>(&self, mut app: M) -> M {
        if let Some(router) = (&mut app as &mut dyn std::any::Any).downcast_mut::<Router>() {
            *router = std::mem::take(router).layer(self.boundary.clone());
        }
        app
    }
}
