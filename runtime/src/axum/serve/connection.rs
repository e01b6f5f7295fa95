//! Serves one connection, and waits for the end of what it was upgraded to.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep};

use super::header_timer::HeaderReadTimer;
use super::io::{ConnectionState, WatchedIo};
use super::make_service::HttpService;
use super::shutdown::{Phase, ShutdownSignal};

/// How long a head that has begun to arrive may take when the shutdown begins.
const DRAINING_HEAD_TIMEOUT: Duration = Duration::from_secs(1);

/// Serves a connection. When this returns, all its requests are counted.
pub(super) async fn serve<I, S>(
    io: I,
    service: S,
    header_read_timeout: Duration,
    mut shutdown: ShutdownSignal,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: HttpService<Incoming>,
{
    let state = Arc::new(ConnectionState::default());
    let io = WatchedIo::new(io, Arc::clone(&state));
    serve_http(io, service, header_read_timeout, &state, &shutdown).await;
    wait_for_upgraded(&state, &mut shutdown).await;
}

/// Serves HTTP until the connection ends or is upgraded.
async fn serve_http<I, S>(
    io: WatchedIo<I>,
    service: S,
    header_read_timeout: Duration,
    state: &Arc<ConnectionState>,
    shutdown: &ShutdownSignal,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: HttpService<Incoming>,
{
    let mut builder = auto::Builder::new(shutdown.clone());
    builder
        .http1()
        .timer(HeaderReadTimer::new(header_read_timeout, Arc::clone(state)))
        .header_read_timeout(header_read_timeout);
    // For WebSockets over HTTP/2, as `axum::serve` does.
    #[cfg(feature = "http2")]
    builder.http2().enable_connect_protocol();
    let service = TowerToHyperService::new(service);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(io), service);
    let mut connection = pin!(connection);
    let mut rare = RareEvents::new(state, header_read_timeout, shutdown);
    poll_fn(|cx| {
        rare.register(cx);
        loop {
            // An error is ignored: the requests that it concerns end as aborted.
            if connection.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            if !rare.may_have_happened() {
                return Poll::Pending;
            }
            match rare.poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(RareEvent::Drain) => connection.as_mut().graceful_shutdown(),
                Poll::Ready(RareEvent::Close) => return Poll::Ready(()),
            }
        }
    })
    .await;
}

/// What a connection waits for besides its peer: the shutdown, and the timeout of its first head.
///
/// A connection is woken for each request, and none of this has happened then. So it is polled once, which registers the task's
/// waker, and again only when a look at its state shows that it may have happened.
struct RareEvents<'a> {
    state: &'a ConnectionState,
    shutdown: &'a ShutdownSignal,
    /// Completes when the server has reached the next phase.
    next_phase: Pin<Box<dyn Future<Output = ()> + Send + 'a>>,
    /// hyper has no timeout for the first bytes, from which it detects the version of HTTP.
    head_timeout: Pin<Box<Sleep>>,
    head_checked: bool,
    is_draining: bool,
    /// The waker that is registered with both futures.
    registered: Option<Waker>,
    /// What happened when the waker was registered.
    happened: Option<RareEvent>,
}

/// What happened to a connection.
enum RareEvent {
    /// The server drains: the connection shall end after the request that it serves.
    Drain,
    /// The connection has to be closed.
    Close,
}

impl<'a> RareEvents<'a> {
    fn new(
        state: &'a ConnectionState,
        header_read_timeout: Duration,
        shutdown: &'a ShutdownSignal,
    ) -> Self {
        Self {
            state,
            shutdown,
            next_phase: Box::pin(reached(shutdown, Phase::Draining)),
            head_timeout: Box::pin(sleep(header_read_timeout)),
            head_checked: false,
            is_draining: false,
            registered: None,
            happened: None,
        }
    }

    /// Registers the waker of the task, which seldom changes.
    #[inline]
    fn register(&mut self, cx: &mut Context<'_>) {
        if !self.registered.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            self.register_anew(cx);
        }
    }

    /// Called before the connection is polled: that may use up the budget of a task of tokio, and then a timer registers no waker.
    #[cold]
    fn register_anew(&mut self, cx: &mut Context<'_>) {
        self.registered = Some(cx.waker().clone());
        if let Poll::Ready(event) = self.poll(cx) {
            self.happened = Some(event);
        }
    }

    /// Whether anything may have happened.
    #[inline]
    fn may_have_happened(&self) -> bool {
        self.happened.is_some()
            || self.shutdown.has_changed()
            || (!self.head_checked && self.head_timeout.is_elapsed())
    }

    #[cold]
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<RareEvent> {
        if let Some(event) = self.happened.take() {
            return Poll::Ready(event);
        }
        if self.next_phase.as_mut().poll(cx).is_ready() {
            if self.is_draining {
                return Poll::Ready(RareEvent::Close);
            }
            (self.is_draining, self.head_checked) = (true, false);
            self.next_phase = Box::pin(reached(self.shutdown, Phase::Closed));
            self.head_timeout.as_mut().reset(Instant::now() + DRAINING_HEAD_TIMEOUT);
            return Poll::Ready(RareEvent::Drain);
        }
        if !self.head_checked && self.head_timeout.as_mut().poll(cx).is_ready() {
            let awaits_head = self.state.awaits_head.load(Ordering::Relaxed);
            if !self.state.version_known() || (self.is_draining && awaits_head) {
                return Poll::Ready(RareEvent::Close);
            }
            self.head_checked = true;
        }
        Poll::Pending
    }
}

/// Waits until the server has reached `phase`.
async fn reached(shutdown: &ShutdownSignal, phase: Phase) {
    shutdown.clone().reached(phase).await;
}

/// Waits for the protocol that the connection was upgraded to, mostly a WebSocket. When the shutdown begins, its reads return
/// the end of the stream, which it may answer; after the grace, its writes fail too.
async fn wait_for_upgraded(state: &ConnectionState, shutdown: &mut ShutdownSignal) {
    tokio::select! {
        () = state.closed() => return,
        () = shutdown.reached(Phase::Draining) => state.shutdown_read(),
    }
    tokio::select! {
        () = state.closed() => return,
        () = shutdown.reached(Phase::Closed) => state.shutdown_both(),
    }
    state.closed().await;
}
