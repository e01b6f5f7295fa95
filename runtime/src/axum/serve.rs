//! Serving with a graceful stop.

use std::future::Future;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::ServiceExt;
use axum::extract::Request;
use tokio::net::TcpListener;
use tower_layer::Layer;

use super::BoundaryLayer;

/// How long requests in flight may take after the stop was asked for.
pub(crate) const GRACE: Duration = Duration::from_secs(25);

/// Serves `app` behind `boundary` until `stop` ends, then waits for the requests in flight, at most
/// [`GRACE`].
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    boundary: BoundaryLayer,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    // Routes that are mounted by hand tell their path through a layer of their own.
    let app = boundary.layer(app.layer(boundary.clone()));
    let app = ServiceExt::<Request>::into_make_service(app);
    let server = axum::serve(listener, app).with_graceful_shutdown(async move {
        stop.await;
        stopping.send_replace(true);
    });
    let overdue = async move {
        // An error means that the server ended by itself, which the other branch tells.
        if stopped.wait_for(|stopped| *stopped).await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        result = server => result,
        () = overdue => Ok(()),
    }
}

/// Ends when the process is asked to stop: SIGTERM, or Ctrl-C.
pub(crate) async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
