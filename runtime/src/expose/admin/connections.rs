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

use super::reserve::{Lent, Reserve};
use crate::expose::accept_errors::AcceptErrors;

/// How long the head of a request may take: who sends it byte by byte is cut off.
const HEAD: Duration = Duration::from_secs(5);

/// How long a connection may last: who reads byte by byte is cut off. Three times Prometheus' default timeout.
const CONNECTION: Duration = Duration::from_secs(30);

/// How many connections there may be. More than [`ASKING`](super::ASKING), so that a liveness probe always finds a place.
const MOST: usize = 64;

/// How long a descriptor that was given up may take to become a connection's.
const SOON: Duration = Duration::from_millis(100);

/// Serves `app` until it is dropped.
pub(super) async fn serve(
    listener: TcpListener,
    app: Router,
    reserve: Arc<Reserve>,
    errors: Arc<AcceptErrors>,
) {
    let mut open = Open::default();
    loop {
        let (stream, lent) = match listener.accept().await {
            Ok((stream, _)) => (stream, None),
            Err(error) => {
                let accepted = accept_in_place_of_another(&listener, &reserve).await;
                let Some((stream, lent)) = accepted else {
                    open.end_silent();
                    errors.failed(&error).await;
                    reserve.fill();
                    continue;
                };
                (stream, Some(lent))
            }
        };
        // Where everyone is being answered the new one is closed: Prometheus and probes come again.
        if open.has_room() {
            open.begin(stream, app.clone(), lent);
        }
        // Who has asked already is known to have before the next one looks for a place.
        yield_now().await;
    }
}

/// Accepts a connection by a descriptor of the reserve.
async fn accept_in_place_of_another(
    listener: &TcpListener,
    reserve: &Arc<Reserve>,
) -> Option<(TcpStream, Lent)> {
    let lent = reserve.lend()?;
    let (stream, _) = timeout(SOON, listener.accept()).await.ok()?.ok()?;
    Some((stream, lent))
}

/// The connections that there are, the oldest first.
#[derive(Default)]
struct Open(VecDeque<Connection>);

struct Connection {
    task: AbortHandle,
    /// Whether the head of its request is there.
    asked: Arc<AtomicBool>,
}

impl Open {
    /// Whether there is a place. Who waits longest without having asked anything has to give up his: a probe
    /// asks at once, so that nobody can keep it away by holding connections.
    fn has_room(&mut self) -> bool {
        self.0.retain(|connection| !connection.task.is_finished());
        self.0.len() < MOST || self.end_silent()
    }

    /// Ends the connection that waits longest without having asked anything.
    fn end_silent(&mut self) -> bool {
        let silent = self.0.iter().position(|connection| !connection.asked.load(Ordering::Relaxed));
        let silent = silent.and_then(|at| self.0.remove(at));
        if let Some(silent) = &silent {
            silent.task.abort();
        }
        silent.is_some()
    }

    fn begin(&mut self, stream: TcpStream, app: Router, lent: Option<Lent>) {
        let asked = Arc::new(AtomicBool::new(false));
        let answering = answer(stream, app, Arc::clone(&asked));
        // Either end is an end: nobody is there to be told of an error.
        let task = tokio::spawn(async move {
            drop(timeout(CONNECTION, answering).await);
            // The connection is closed now.
            drop(lent);
        });
        self.0.push_back(Connection { task: task.abort_handle(), asked });
    }
}

async fn answer(stream: TcpStream, app: Router, asked: Arc<AtomicBool>) -> hyper::Result<()> {
    let app = TowerToHyperService::new(app);
    let service = service_fn(move |request| {
        asked.store(true, Ordering::Relaxed);
        app.call(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        // One request each: an idle connection would keep a place.
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await
}
