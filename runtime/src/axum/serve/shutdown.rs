//! Signals the shutdown to connections, HTTP/2 streams and endless bodies.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::watch;

use crate::record::scoped_stack::ScopedStack;

/// The phases of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// It accepts connections.
    Serving,
    /// It accepts no more connections; open requests may complete.
    Draining,
    /// Open requests are dropped.
    Closed,
}

/// Receives the phase of the server. The server waits until all receivers are dropped, so each task of a connection holds one.
#[derive(Clone, Debug)]
pub(super) struct ShutdownSignal(watch::Receiver<Phase>);

thread_local! {
    /// The signal of the server that the running task belongs to.
    static SHUTDOWN: ScopedStack<ShutdownSignal> = const { ScopedStack::new() };
}

impl ShutdownSignal {
    pub(super) fn new(phase: watch::Receiver<Phase>) -> Self {
        Self(phase)
    }

    /// Waits until the server has reached `phase`. A dropped server counts as closed.
    pub(super) async fn reached(&mut self, phase: Phase) {
        // An error means that the server was dropped.
        let _ = self.0.wait_for(|now| *now >= phase).await;
    }

    /// Whether the phase has changed since this signal was created, or the server was dropped.
    #[inline]
    pub(super) fn has_changed(&self) -> bool {
        !matches!(self.0.has_changed(), Ok(false))
    }

    /// Runs `future` as a part of the server: bodies that it creates find this signal.
    pub(super) async fn scope(self, future: impl Future<Output = ()>) {
        let mut future = pin!(future);
        poll_fn(|cx| ScopedStack::enter(&SHUTDOWN, &self, || future.as_mut().poll(cx))).await;
    }
}

/// Spawns the tasks of HTTP/2 streams, and drops them when the server is closed.
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

/// An endless body that ends regularly when its server begins to drain. Under another server it is unchanged.
pub(crate) struct UntilShutdown {
    inner: Body,
    draining: Option<Draining>,
    has_ended: bool,
}

impl UntilShutdown {
    /// Call this in a task of the server: the signal is found by a thread-local.
    pub(crate) fn new(inner: Body) -> Self {
        let shutdown = SHUTDOWN.with(|stack| stack.with(|mut signals| signals.next().cloned()));
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
        // Polled before the body, because a stream that is always ready would hide the signal.
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
