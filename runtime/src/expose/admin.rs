//! The admin listener: metrics and probes on a port of their own, never among the service's requests.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{ACCEPT, CONTENT_TYPE, VARY};
use http::{HeaderMap, StatusCode};
use tokio::sync::oneshot;

use super::negotiate::negotiate;
use super::stream::Exposition;
use crate::registry::Registry;

/// Where the admin listener listens unless told otherwise: the port that Prometheus' list of exporters
/// gives to OpenTelemetry SDKs, on loopback.
pub const DEFAULT_ADDR: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9464);

/// Whether the service takes requests: what `/readyz` tells.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// Says whether the service takes requests.
    pub fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Relaxed);
    }

    /// Whether the service takes requests.
    pub fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A router with `/metrics`, for those who mount it themselves.
///
/// ```
/// use goldsignal::{Registry, expose::admin};
///
/// let app: axum::Router = admin::metrics(Registry::global());
/// ```
pub fn metrics<S: Clone + Send + Sync + 'static>(registry: Registry) -> Router<S> {
    Router::new().route("/metrics", get(scrape).with_state(registry))
}

async fn scrape(State(registry): State<Registry>, headers: HeaderMap) -> Response {
    // Several headers of one name are one list (RFC 9110, section 5.3).
    let accept: Vec<_> = headers.get_all(ACCEPT).iter().flat_map(|value| value.to_str()).collect();
    let format = negotiate(Some(&accept.join(",")));
    let exposition = Body::new(Exposition::new(&registry, format));
    ([(CONTENT_TYPE, format.content_type()), (VARY, "accept")], exposition).into_response()
}

async fn ready(State(readiness): State<Readiness>) -> (StatusCode, &'static str) {
    if readiness.get() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    }
}

fn router(registry: Registry, readiness: Readiness) -> Router {
    metrics(registry)
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready).with_state(readiness))
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
    /// workers nor keeps them.
    ///
    /// # Errors
    /// When the address cannot be bound, or a thread cannot be started. The error does not name the address:
    /// whoever chose it says how to choose another.
    pub fn start(
        address: SocketAddr,
        registry: Registry,
        readiness: Readiness,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let app = router(registry, readiness);
        let thread =
            std::thread::Builder::new().name("goldsignal-admin".into()).spawn(move || {
                runtime.block_on(async move {
                    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                    tokio::select! {
                        _ = axum::serve(listener, app) => {}
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
