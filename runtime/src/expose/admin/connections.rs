//! Connections with limits, so that slow or many clients cannot keep the listener from answering.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// How long the head of a request may take: who sends it byte by byte is cut off.
const HEAD: Duration = Duration::from_secs(5);

/// How long a connection may last: who reads byte by byte is cut off. Three times Prometheus' default timeout.
const CONNECTION: Duration = Duration::from_secs(30);

/// How many connections there may be. A further one is closed at once: Prometheus and probes come again.
const MOST: usize = 64;

/// How long to wait when the process has no file descriptor left for a connection.
const AGAIN: Duration = Duration::from_millis(100);

/// Serves `app` until it is dropped.
pub(super) async fn serve(listener: TcpListener, app: Router) {
    let places = Arc::new(Semaphore::new(MOST));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(AGAIN).await;
            continue;
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let app = app.clone();
        tokio::spawn(async move {
            // Either end is an end: nobody is there to be told of an error.
            let _ = timeout(CONNECTION, connection(stream, app)).await;
            drop(place);
        });
    }
}

async fn connection(stream: TcpStream, app: Router) -> hyper::Result<()> {
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        // One request each: an idle connection would keep a place.
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app))
        .await
}
