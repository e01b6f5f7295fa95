//! Connections with limits, so that slow or many clients cannot keep the listener from answering.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, yield_now};
use tokio::time::timeout;

use super::reserve::{BorrowedDescriptor, Reserve};
use crate::expose::accept_errors::AcceptErrors;

/// How long the head of a request may take: who sends it byte by byte is cut off.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a connection may last: who reads byte by byte is cut off. Three times Prometheus' default timeout.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(30);

/// How many connections there may be. More than [`MAX_WAITING`](super::MAX_WAITING), so that a liveness probe always finds a place.
const MAX_CONNECTIONS: usize = 64;

/// How long a descriptor that was given up may take to become a connection's.
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
        // Where everyone is being answered the new one is closed: Prometheus and probes come again.
        if connections.make_room() {
            connections.begin(stream, app.clone(), borrowed);
        }
        // Who has asked already is known to have before the next one looks for a place.
        yield_now().await;
    }
}

/// Accepts a connection by a descriptor of the reserve.
async fn accept_in_place_of_another(
    listener: &TcpListener,
    reserve: &Arc<Reserve>,
) -> Option<(TcpStream, BorrowedDescriptor)> {
    let borrowed = reserve.borrow()?;
    let (stream, _) = timeout(ACCEPT_TIMEOUT, listener.accept()).await.ok()?.ok()?;
    Some((stream, borrowed))
}

/// The connections that there are, the oldest first.
#[derive(Default)]
struct Connections(VecDeque<Connection>);

struct Connection {
    task: AbortHandle,
    /// Whether the head of its request is there.
    has_request: Arc<AtomicBool>,
}

impl Connections {
    /// Whether there is a place. Who waits longest without having asked anything has to give up his: a probe
    /// asks at once, so that nobody can keep it away by holding connections.
    fn make_room(&mut self) -> bool {
        self.0.retain(|connection| !connection.task.is_finished());
        self.0.len() < MAX_CONNECTIONS || self.close_idle()
    }

    /// Ends the connection that waits longest without having asked anything.
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
        let answering = answer(stream, app, Arc::clone(&has_request));
        // Either end is an end: nobody is there to be told of an error.
        let task = tokio::spawn(async move {
            drop(timeout(CONNECTION_TIMEOUT, answering).await);
            // The connection is closed now.
            drop(borrowed);
        });
        self.0.push_back(Connection { task: task.abort_handle(), has_request });
    }
}

async fn answer(stream: TcpStream, app: Router, has_request: Arc<AtomicBool>) -> hyper::Result<()> {
    let app = TowerToHyperService::new(app);
    let service = service_fn(move |request| {
        has_request.store(true, Ordering::Relaxed);
        app.call(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        // One request each: an idle connection would keep a place.
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await
}
