//! One connection, from its first byte to its end, or to that of what it was upgraded to.

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

/// How long a head that has begun may take when the server stops.
const DRAINING_HEAD_TIMEOUT: Duration = Duration::from_secs(1);

/// Serves a connection. When this ends, all that it had is counted.
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

/// Speaks HTTP until there is no more of it.
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
    // As `axum::serve` does, for WebSockets.
    #[cfg(feature = "http2")]
    builder.http2().enable_connect_protocol();
    let service = TowerToHyperService::new(service);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(io), service);
    let mut connection = pin!(connection);
    // hyper has no limit for the bytes that tell the version.
    let mut head_timeout = pin!(sleep(header_read_timeout));
    let (mut is_draining, mut head_checked) = (false, false);
    loop {
        let next = if is_draining { Phase::Closed } else { Phase::Draining };
        tokio::select! {
            biased;
            // An error is told by its requests; there may be none.
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

/// Waits for what goes on with the connection, a WebSocket as a rule. When the server stops it sees the end of what the peer
/// says, and may answer that; after the grace it can no longer write either.
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
