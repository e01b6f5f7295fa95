//! How the stop reaches connections, HTTP/2 streams and endless bodies.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::watch;

/// What a server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// It takes connections.
    Serving,
    /// It takes no more; open requests may end.
    Draining,
    /// Whatever is open is dropped.
    Closed,
}

/// Knows the phase. The server waits until there are no more of these, so each task of a connection keeps one.
#[derive(Clone, Debug)]
pub(super) struct ShutdownSignal(watch::Receiver<Phase>);

tokio::task_local! {
    /// The stop of the server that the task belongs to.
    static SHUTDOWN: ShutdownSignal;
}

impl ShutdownSignal {
    pub(super) fn new(phase: watch::Receiver<Phase>) -> Self {
        Self(phase)
    }

    /// Waits until the phase is at least this one. A server that is dropped has ended.
    pub(super) async fn reached(&mut self, phase: Phase) {
        // An error means that the server is gone.
        let _ = self.0.wait_for(|now| *now >= phase).await;
    }

    /// The task of `future` then belongs to the server.
    pub(super) async fn scope(self, future: impl Future<Output = ()>) {
        SHUTDOWN.scope(self, future).await;
    }
}

/// Runs the tasks of HTTP/2 streams: they end with the server, too.
impl<F> hyper::rt::Executor<F> for ShutdownSignal
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let mut shutdown = self.clone();
        let until_closed = async move {
            tokio::select! {
                biased;
                () = stream => {}
                () = shutdown.reached(Phase::Closed) => {}
            }
        };
        tokio::spawn(self.clone().scope(until_closed));
    }
}

type Draining = Pin<Box<dyn Future<Output = ()> + Send>>;

/// An endless body, which ends as if it were finished when its server stops. Elsewhere it never does.
pub(crate) struct UntilShutdown {
    inner: Body,
    draining: Option<Draining>,
    has_ended: bool,
}

impl UntilShutdown {
    /// To be made in a task of the server.
    pub(crate) fn new(inner: Body) -> Self {
        let shutdown = SHUTDOWN.try_with(ShutdownSignal::clone).ok();
        let draining = shutdown.map(|mut shutdown| -> Draining {
            Box::pin(async move { shutdown.reached(Phase::Draining).await })
        });
        Self { inner, draining, has_ended: false }
    }
}

impl http_body::Body for UntilShutdown {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        // Asked first: a stream that always has something to say would never get to it.
        let is_draining = |draining: &mut Draining| draining.as_mut().poll(cx).is_ready();
        if this.has_ended || this.draining.as_mut().is_some_and(is_draining) {
            this.has_ended = true;
            return Poll::Ready(None);
        }
        Pin::new(&mut this.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.has_ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
