//! Serves one connection, and waits for the end of what it was upgraded to.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep};

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
    serve_http(io, service, header_read_timeout, &state, &mut shutdown).await;
    wait_for_upgraded(&state, &mut shutdown).await;
}

/// Serves HTTP until the connection ends or is upgraded.
async fn serve_http<I, S>(
    io: WatchedIo<I>,
    service: S,
    header_read_timeout: Duration,
    state: &Arc<ConnectionState>,
    shutdown: &mut ShutdownSignal,
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
    // hyper has no timeout for the first bytes, from which it detects the version of HTTP.
    let mut head_timeout = pin!(sleep(header_read_timeout));
    let (mut is_draining, mut head_checked) = (false, false);
    loop {
        let next = if is_draining { Phase::Closed } else { Phase::Draining };
        tokio::select! {
            biased;
            // An error is ignored: the requests that it concerns end as aborted.
            _ = connection.as_mut() => return,
            () = shutdown.reached(next) => {
                if is_draining {
                    return;
                }
                connection.as_mut().graceful_shutdown();
                (is_draining, head_checked) = (true, false);
                head_timeout.as_mut().reset(Instant::now() + DRAINING_HEAD_TIMEOUT);
            }
            () = head_timeout.as_mut(), if !head_checked => {
                let awaits_head = state.awaits_head.load(Ordering::Relaxed);
                if !state.version_known() || (is_draining && awaits_head) {
                    return;
                }
                head_checked = true;
            }
        }
    }
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
