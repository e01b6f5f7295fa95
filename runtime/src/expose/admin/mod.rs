//! The admin listener: metrics and probes on a port of their own, apart from the service's requests.
//!
//! [`Telemetry::install`](crate::Telemetry::install) starts it. A service that has one port only mounts the metrics
//! itself:
//!
//! ```
//! use axum::{Router, routing::get};
//! use goldsignal::{Registry, expose::admin};
//!
//! let app: Router = Router::new()
//!     .route("/items", get(async || "none"))
//!     .merge(admin::metrics(Registry::global()));
//! # drop(app);
//! ```

mod connections;
pub mod readiness;
mod reserve;
mod scrape;
pub mod token;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::{Semaphore, oneshot};

pub use readiness::Readiness;
pub use token::Token;

use super::accept_errors::AcceptErrors;
use crate::registry::Registry;

/// Where the admin listener listens unless told otherwise: the port that Prometheus' list of exporters
/// gives to OpenTelemetry SDKs, on loopback.
pub const DEFAULT_ADDR: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9464);

/// A router with `/metrics`, for those who mount it themselves: at most four scrapes at a time, more are
/// answered 503 and counted as `goldsignal_scrapes_refused_total`.
///
/// Who may ask is for the listener to decide that it is mounted on.
///
/// ```
/// use goldsignal::{Registry, expose::admin};
///
/// let app: axum::Router = admin::metrics(Registry::global());
/// ```
pub fn metrics<S: Clone + Send + Sync + 'static>(registry: Registry) -> Router<S> {
    Router::new()
        .route("/metrics", get(scrape::scrape).with_state(scrape::ScrapeState::of(registry)))
}

/// 503 with the names of the checks that fail; what they say goes to the log.
async fn ready(State(readiness): State<Readiness>) -> (StatusCode, String) {
    if !readiness.get() {
        return (StatusCode::SERVICE_UNAVAILABLE, "not ready\n".into());
    }
    let failing = readiness.failing().await;
    if failing.is_empty() {
        return (StatusCode::OK, "ready\n".into());
    }
    (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {}\n", failing.join(", ")))
}

/// Probes need no token: the kubelet has none.
fn router(registry: Registry, readiness: Readiness, token: Option<Token>) -> Router {
    let metrics = match token {
        Some(token) => {
            metrics(registry).layer(from_fn_with_state(Arc::new(token), token::required))
        }
        None => metrics(registry),
    };
    metrics
        .route("/readyz", get(ready).with_state(readiness))
        .layer(from_fn_with_state(Arc::new(Semaphore::new(MAX_WAITING)), limit_waiting))
        // Answered at once, and without a place that others could have taken.
        .route("/healthz", get(async || "ok\n"))
}

/// How many requests for readiness and metrics may wait for their answers. The other places are for liveness alone.
const MAX_WAITING: usize = 48;

/// Answers 503 where too many wait already.
async fn limit_waiting(
    State(permits): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    let Ok(_permit) = permits.try_acquire() else {
        let message = "too many requests at a time\n";
        return (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")], message).into_response();
    };
    next.run(request).await
}

/// The listener, running. Dropping it stops it.
#[derive(Debug)]
pub struct Admin {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Admin {
    /// Listens on `address` and answers from a thread of its own: a scrape neither waits for the service's
    /// workers nor keeps them. With a token, `/metrics` answers only those who have it.
    ///
    /// A connection carries one request, whose head has 5 seconds to come, and ends after 30 seconds whatever
    /// it does; there are at most 64 at a time, and a further one takes the place of one that has asked nothing
    /// yet. At most 48 requests wait for readiness or metrics, so `/healthz` always finds a place. A few file descriptors are
    /// kept back, so that it is answered when the process has no others. So nobody can keep the listener from
    /// answering.
    ///
    /// # Errors
    /// When the address cannot be bound, or a thread cannot be started. The error does not name the address:
    /// whoever chose it says how to choose another.
    pub fn start(
        address: SocketAddr,
        registry: Registry,
        readiness: Readiness,
        token: Option<Token>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let reserve = reserve::Reserve::new(&listener)?;
        let errors = Arc::new(AcceptErrors::default());
        registry.attach(Arc::clone(&errors) as _);
        let (stop, stopped) = oneshot::channel::<()>();
        let app = router(registry, readiness, token);
        let thread =
            std::thread::Builder::new().name("goldsignal-admin".into()).spawn(move || {
                runtime.block_on(async move {
                    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                    tokio::select! {
                        () = connections::serve(listener, app, reserve, errors) => {}
                        // Stopped, or the handle is gone.
                        _ = stopped => {}
                    }
                });
            })?;
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens; with the port that was chosen when it was asked for port 0.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of that thread was told when it happened.
            let _ = thread.join();
        }
    }
}
