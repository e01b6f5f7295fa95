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
mod inflight;
mod log_filter;
mod readiness;
mod reserve;
mod scrape;
mod token;

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
use super::guard::{Access, guard};
#[cfg(feature = "page")]
use super::page::{Page, ServiceFacts};
use crate::log::live_filter::LiveFilter;
#[cfg(feature = "page")]
use crate::observe::story::kept::KeptStories;
use crate::registry::Registry;

/// The default address of the admin listener: on loopback, the port that Prometheus' list of exporters assigns to
/// OpenTelemetry SDKs.
pub const DEFAULT_ADDR: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9464);

/// A router with `/metrics`, to be mounted in a server of your own.
///
/// It allows four scrapes at a time. Others are answered with 503 and counted as `goldsignal_scrapes_refused_total`. It
/// does not authenticate clients: your server decides who has access.
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

/// A router with `/inflight`, to be mounted in a server of your own: the requests and calls that have waited for more than
/// 100 ms, the oldest first, each with the observed functions in which it waits. As JSON if the request accepts it.
///
/// It does not authenticate clients: your server decides who has access.
///
/// ```
/// use goldsignal::{Registry, expose::admin};
///
/// let app: axum::Router = admin::inflight(Registry::global());
/// ```
pub fn inflight<S: Clone + Send + Sync + 'static>(registry: Registry) -> Router<S> {
    Router::new().route("/inflight", get(inflight::inflight).with_state(registry))
}

/// Answers with 503 and the names of the failing checks. Their errors are logged only.
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

/// `private` and what is always there need the token; `public` does not. Neither do probes, because the kubelet has none.
fn router(
    registry: Registry,
    readiness: Readiness,
    token: Option<Token>,
    private: Router,
    public: Router,
) -> Router {
    let private = metrics(registry.clone()).merge(inflight(registry)).merge(private);
    let private = match token {
        Some(token) => private.layer(from_fn_with_state(Arc::new(token), token::required)),
        None => private,
    };
    private
        .merge(public)
        .route("/readyz", get(ready).with_state(readiness))
        .layer(from_fn_with_state(Arc::new(Semaphore::new(MAX_WAITING)), limit_waiting))
        // Liveness is outside of the limit, so that other requests cannot delay it.
        .route("/healthz", get(async || "ok\n"))
}

/// The maximum number of concurrent requests for readiness and metrics. The other connections are for liveness.
const MAX_WAITING: usize = 48;

/// Answers with 503 if too many requests are waiting.
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

/// What the admin listener of a whole service has beside metrics and probes.
#[derive(Default)]
pub(crate) struct Extras {
    pub(crate) filter: Option<LiveFilter>,
    #[cfg(feature = "page")]
    pub(crate) facts: ServiceFacts,
    #[cfg(feature = "page")]
    pub(crate) stories: Option<Arc<KeptStories>>,
}

/// The running admin listener. Dropping it stops it.
#[derive(Debug)]
pub struct Admin {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Admin {
    /// Listens on `address`, and serves `/metrics`, `/inflight`, `/readyz` and `/healthz` on a thread of its own, and with
    /// the feature `page` the live page at `/`. So a scrape neither waits for the service's workers nor blocks them. With a
    /// token, all but `/readyz`, `/healthz` and the document of the page require it.
    ///
    /// Limits keep the listener responsive whatever clients do. A connection carries one request, whose head may take 5
    /// seconds, and is closed after 30 seconds, unless it is a stream of the page. There are at most 64 connections; a further one replaces the oldest one
    /// without a request. At most 48 requests wait for readiness or metrics, so `/healthz` always gets a connection. A
    /// few file descriptors are reserved for when the process has no others.
    ///
    /// ```no_run
    /// use goldsignal::Registry;
    /// use goldsignal::expose::admin::{Admin, DEFAULT_ADDR, Readiness};
    ///
    /// let readiness = Readiness::default();
    /// let admin = Admin::start(DEFAULT_ADDR, Registry::global(), readiness.clone(), None)?;
    /// println!("metrics on http://{}/metrics", admin.address());
    /// readiness.set(true);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the address cannot be bound, or the thread cannot be started. The error does not contain the address, so that
    /// the caller can say how to configure another one.
    pub fn start(
        address: SocketAddr,
        registry: Registry,
        readiness: Readiness,
        token: Option<Token>,
    ) -> io::Result<Self> {
        Self::start_with(address, registry, readiness, token, Extras::default())
    }

    /// The same, with what only a whole service has.
    pub(crate) fn start_with(
        address: SocketAddr,
        registry: Registry,
        readiness: Readiness,
        token: Option<Token>,
        extras: Extras,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let reserve = reserve::Reserve::new(&listener)?;
        let errors = Arc::new(AcceptErrors::default());
        registry.attach(Arc::clone(&errors) as _);
        let (stop, stopped) = oneshot::channel::<()>();
        let access = Access::of(address, token.is_some());
        // Around these routes alone: other paths do not exist, for anybody.
        let guarded =
            |filter| log_filter::router(filter).route_layer(from_fn_with_state(access, guard));
        let filter = extras.filter;
        let private = filter.clone().map(guarded).unwrap_or_default();
        #[cfg(feature = "page")]
        let (private, public, background) = {
            let page = Page::new(registry.clone(), extras.facts, (filter, extras.stories), access);
            (private.merge(page.api()), page.document(), async move { page.run().await })
        };
        #[cfg(not(feature = "page"))]
        let (private, public, background) = (private, Router::new(), std::future::pending());
        let app = router(registry, readiness, token, private, public);
        let thread =
            std::thread::Builder::new().name("goldsignal-admin".into()).spawn(move || {
                runtime.block_on(async move {
                    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                    tokio::select! {
                        () = connections::serve(listener, app, reserve, errors) => {}
                        () = background => {}
                        // The handle was dropped.
                        _ = stopped => {}
                    }
                });
            })?;
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// The address on which it listens. For port 0, it has the port that the system chose.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The panic hook has reported a panic of that thread already.
            let _ = thread.join();
        }
    }
}
