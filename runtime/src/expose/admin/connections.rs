//! The connections of the admin listener. Their limits keep it responsive when clients are slow or many.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, yield_now};
use tokio::time::timeout;

use super::reserve::{BorrowedDescriptor, Reserve};
use crate::expose::accept_errors::AcceptErrors;
use crate::expose::lease::Lease;

/// How long a request's head may take, so that a client cannot hold a connection by sending it slowly.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a connection may last, so that a client cannot hold it by reading slowly. It is three times the default
/// timeout of a Prometheus scrape. A stream lasts as long as its client reads it.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(30);

/// The maximum number of connections. It exceeds [`MAX_WAITING`](super::MAX_WAITING), so that a liveness probe always gets one.
const MAX_CONNECTIONS: usize = 64;

/// How long accepting a connection may take after a reserved descriptor was closed for it.
const ACCEPT_TIMEOUT: Duration = Duration::from_millis(100);

/// Serves `app` until it is dropped.
pub(super) async fn serve(
    listener: TcpListener,
    app: Router,
    reserve: Arc<Reserve>,
    errors: Arc<AcceptErrors>,
) {
    let mut connections = Connections::default();
    loop {
        let (stream, borrowed) = match listener.accept().await {
            Ok((stream, _)) => (stream, None),
            Err(error) => {
                let accepted = accept_in_place_of_another(&listener, &reserve).await;
                let Some((stream, borrowed)) = accepted else {
                    connections.close_idle();
                    errors.failed(&error).await;
                    reserve.fill();
                    continue;
                };
                (stream, Some(borrowed))
            }
        };
        // If all connections have requests, the new one is closed. Prometheus and probes try again.
        if connections.make_room() {
            connections.begin(stream, app.clone(), borrowed);
        }
        // Lets the connections read their requests, so that the next one does not replace one that has sent its own.
        yield_now().await;
    }
}

/// Accepts a connection with a descriptor from the reserve.
async fn accept_in_place_of_another(
    listener: &TcpListener,
    reserve: &Arc<Reserve>,
) -> Option<(TcpStream, BorrowedDescriptor)> {
    let borrowed = reserve.borrow()?;
    let (stream, _) = timeout(ACCEPT_TIMEOUT, listener.accept()).await.ok()?.ok()?;
    Some((stream, borrowed))
}

/// The open connections, the oldest first.
#[derive(Default)]
struct Connections(VecDeque<Connection>);

struct Connection {
    task: AbortHandle,
    /// Whether it has read the head of a request.
    has_request: Arc<AtomicBool>,
}

impl Connections {
    /// Makes room for a connection, and returns whether there is any. At the limit it closes the oldest connection
    /// without a request. A probe sends its request at once, so clients cannot keep it out by holding connections.
    fn make_room(&mut self) -> bool {
        self.0.retain(|connection| !connection.task.is_finished());
        self.0.len() < MAX_CONNECTIONS || self.close_idle()
    }

    /// Closes the oldest connection without a request. Returns whether there was one.
    fn close_idle(&mut self) -> bool {
        let idle =
            self.0.iter().position(|connection| !connection.has_request.load(Ordering::Relaxed));
        let idle = idle.and_then(|at| self.0.remove(at));
        if let Some(idle) = &idle {
            idle.task.abort();
        }
        idle.is_some()
    }

    fn begin(&mut self, stream: TcpStream, app: Router, borrowed: Option<BorrowedDescriptor>) {
        let has_request = Arc::new(AtomicBool::new(false));
        let lease = Lease::of(CONNECTION_TIMEOUT);
        let answering = answer(stream, app, Arc::clone(&has_request), lease.clone());
        let task = tokio::spawn(async move {
            tokio::select! {
                // There is no client left to report an error to.
                _ = answering => {}
                () = lease.end() => {}
            }
            // The connection is closed now, so its descriptor is free.
            drop(borrowed);
        });
        self.0.push_back(Connection { task: task.abort_handle(), has_request });
    }
}

async fn answer(
    stream: TcpStream,
    app: Router,
    has_request: Arc<AtomicBool>,
    lease: Lease,
) -> hyper::Result<()> {
    let app = TowerToHyperService::new(app);
    let service = service_fn(move |mut request: Request<Incoming>| {
        has_request.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(lease.clone());
        app.call(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        // An idle connection would count towards the limit, so each carries one request only.
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await
}
