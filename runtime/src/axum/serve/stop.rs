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
    Stopping,
    /// Whatever is open is dropped.
    Ended,
}

/// Knows the phase. The server waits until there are no more of these, so each task of a connection keeps one.
#[derive(Clone, Debug)]
pub(super) struct Stop(watch::Receiver<Phase>);

tokio::task_local! {
    /// The stop of the server that the task belongs to.
    static STOP: Stop;
}

impl Stop {
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
        STOP.scope(self, future).await;
    }
}

/// Runs the tasks of HTTP/2 streams: they end with the server, too.
impl<F> hyper::rt::Executor<F> for Stop
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let mut stop = self.clone();
        let until_ended = async move {
            tokio::select! {
                biased;
                () = stream => {}
                () = stop.reached(Phase::Ended) => {}
            }
        };
        tokio::spawn(self.clone().scope(until_ended));
    }
}

type Stopping = Pin<Box<dyn Future<Output = ()> + Send>>;

/// An endless body, which ends as if it were finished when its server stops. Elsewhere it never does.
pub(crate) struct UntilStop {
    inner: Body,
    stopping: Option<Stopping>,
    has_ended: bool,
}

impl UntilStop {
    /// To be made in a task of the server.
    pub(crate) fn new(inner: Body) -> Self {
        let stop = STOP.try_with(Stop::clone).ok();
        let stopping = stop.map(|mut stop| -> Stopping {
            Box::pin(async move { stop.reached(Phase::Stopping).await })
        });
        Self { inner, stopping, has_ended: false }
    }
}

impl http_body::Body for UntilStop {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        // Asked first: a stream that always has something to say would never get to it.
        let stops = |stopping: &mut Stopping| stopping.as_mut().poll(cx).is_ready();
        if this.has_ended || this.stopping.as_mut().is_some_and(stops) {
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
