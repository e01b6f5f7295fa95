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
use tokio::time::{sleep, timeout};

/// How long the head of a request may take: who sends it byte by byte is cut off.
const HEAD: Duration = Duration::from_secs(5);

/// How long a connection may last: who reads byte by byte is cut off. Three times Prometheus' default timeout.
const CONNECTION: Duration = Duration::from_secs(30);

/// How many connections there may be.
const MOST: usize = 64;

/// How long to wait when the process has no file descriptor left for a connection.
const AGAIN: Duration = Duration::from_millis(100);

/// Serves `app` until it is dropped.
pub(super) async fn serve(listener: TcpListener, app: Router) {
    let mut open = Open::default();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(AGAIN).await;
            continue;
        };
        // Where everyone is being answered the new one is closed: Prometheus and probes come again.
        if open.has_room() {
            open.begin(stream, app.clone());
        }
        // Who has asked already is known to have before the next one looks for a place.
        yield_now().await;
    }
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
        if self.0.len() < MOST {
            return true;
        }
        let silent = self.0.iter().position(|connection| !connection.asked.load(Ordering::Relaxed));
        let silent = silent.and_then(|at| self.0.remove(at));
        if let Some(silent) = &silent {
            silent.task.abort();
        }
        silent.is_some()
    }

    fn begin(&mut self, stream: TcpStream, app: Router) {
        let asked = Arc::new(AtomicBool::new(false));
        let answering = answer(stream, app, Arc::clone(&asked));
        // Either end is an end: nobody is there to be told of an error.
        let task = tokio::spawn(async move { drop(timeout(CONNECTION, answering).await) });
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
