//! One connection, from its first byte to its end, or to that of what it was upgraded to.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep};
use tower_service::Service;

use super::head::HeadTimer;
use super::io::{Io, Watched};
use super::stop::{Phase, Stop};

/// How long a head that has begun may take when the server stops.
const LAST_HEAD: Duration = Duration::from_secs(1);

/// Serves a connection. When this ends, all that it had is counted.
pub(super) async fn serve<I, S>(io: I, service: S, head: Duration, mut stop: Stop)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    let watched = Arc::new(Watched::default());
    let io = Io::new(io, Arc::clone(&watched));
    speak(io, service, head, &watched, &mut stop).await;
    upgraded(&watched, &mut stop).await;
}

/// Speaks HTTP until there is no more of it.
async fn speak<I, S>(io: Io<I>, service: S, head: Duration, watched: &Arc<Watched>, stop: &mut Stop)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    let mut builder = auto::Builder::new(stop.clone());
    builder.http1().timer(HeadTimer::new(head, Arc::clone(watched))).header_read_timeout(head);
    // As `axum::serve` does, for WebSockets.
    #[cfg(feature = "http2")]
    builder.http2().enable_connect_protocol();
    let service = TowerToHyperService::new(service);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(io), service);
    let mut connection = pin!(connection);
    // hyper has no limit for the bytes that tell the version.
    let mut silent = pin!(sleep(head));
    let (mut is_stopping, mut has_looked) = (false, false);
    loop {
        let next = if is_stopping { Phase::Ended } else { Phase::Stopping };
        tokio::select! {
            biased;
            // An error is told by its requests; there may be none.
            _ = connection.as_mut() => return,
            () = stop.reached(next) => {
                if is_stopping {
                    return;
                }
                connection.as_mut().graceful_shutdown();
                (is_stopping, has_looked) = (true, false);
                silent.as_mut().reset(Instant::now() + LAST_HEAD);
            }
            () = silent.as_mut(), if !has_looked => {
                let awaits_head = watched.awaits_head.load(Ordering::Relaxed);
                if !watched.has_begun() || (is_stopping && awaits_head) {
                    return;
                }
                has_looked = true;
            }
        }
    }
}

/// Waits for what goes on with the connection, a WebSocket as a rule. When the server stops it sees the end of what the peer
/// says, and may answer that; after the grace it can no longer write either.
async fn upgraded(watched: &Watched, stop: &mut Stop) {
    tokio::select! {
        () = watched.closed() => return,
        () = stop.reached(Phase::Stopping) => watched.end_reads(),
    }
    tokio::select! {
        () = watched.closed() => return,
        () = stop.reached(Phase::Ended) => watched.end_all(),
    }
    watched.closed().await;
}
