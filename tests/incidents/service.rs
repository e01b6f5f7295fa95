//! The service that has the incidents, and the Kubernetes that it pretends to run in.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use goldsignal::{Counter, Fault, Gauge, Label, Labels, Metrics, Slo, Telemetry, observed, routes};
use tokio::net::TcpListener;

const API: Slo =
    Slo::new("api", "# The API fails, or is slow\n\nRoll back the last deployment first.")
        .availability(99.9)
        .latency(99.0, Duration::from_millis(250));

/// How long a slow request takes: more than the objective allows, less than "p95 > 1" sees.
const SLOW: Duration = Duration::from_millis(400);

#[derive(Debug, thiserror::Error, Fault)]
#[fault(response)]
enum ShopError {
    #[error("there is no such thing")]
    #[fault(status = 404)]
    Unknown,
    #[error("the database is gone")]
    #[fault(status = 503)]
    Database,
}

/// Shows an item; what becomes of it is its name.
#[observed(get = "/items/{what}", slo = API)]
async fn item(Path(what): Path<String>) -> Result<&'static str, ShopError> {
    fate(&what).await
}

/// Shows an order.
#[observed(get = "/orders/{what}", slo = API)]
async fn order(Path(what): Path<String>) -> Result<&'static str, ShopError> {
    fate(&what).await
}

async fn fate(what: &str) -> Result<&'static str, ShopError> {
    match what {
        "good" => Ok("good"),
        "slow" => {
            tokio::time::sleep(SLOW).await;
            Ok("at last")
        }
        "broken" => Err(ShopError::Database),
        _ => Err(ShopError::Unknown),
    }
}

/// Metrics of the shop.
#[derive(Debug, Metrics)]
pub(crate) struct ShopMetrics {
    /// Searches, by their first word.
    pub(crate) searches_total: Counter<Search<'static>>,
    /// Connections of the pool, by what they do.
    pub(crate) db_client_connections: Gauge<ByState>,
    /// The most connections that the pool may open.
    pub(crate) db_client_connections_max: Gauge,
    /// Requests that wait for a connection.
    pub(crate) db_client_connections_pending_requests: Gauge,
}

#[derive(Debug, Labels)]
pub(crate) struct Search<'a> {
    #[label(budget = 20)]
    pub(crate) word: &'a str,
}

#[derive(Debug, Labels)]
pub(crate) struct ByState {
    pub(crate) state: State,
}

#[derive(Debug, Label)]
pub(crate) enum State {
    Idle,
    Used,
}

/// The service, recording to the registry of this thread.
pub(crate) fn app(name: &str) -> Router {
    let telemetry = Telemetry::builder(name).version("1.0.0").build().unwrap();
    fill_pool(1, 0);
    routes![item, order].layer(telemetry.layer())
}

/// So many connections of ten are in use, and so many requests wait for one.
pub(crate) fn fill_pool(used: i64, pending: i64) {
    let metrics = ShopMetrics::get();
    metrics.db_client_connections.set(ByState { state: State::Used }, used);
    metrics.db_client_connections.set(ByState { state: State::Idle }, 10 - used);
    metrics.db_client_connections_max.set(10);
    metrics.db_client_connections_pending_requests.set(pending);
}

/// What kube-state-metrics would tell of the crash loop.
pub(crate) struct Kubernetes {
    pub(crate) address: SocketAddr,
    looping: Arc<AtomicBool>,
}

impl Kubernetes {
    pub(crate) fn begin(&self) {
        self.looping.store(true, Ordering::Relaxed);
    }
}

/// Starts telling it.
pub(crate) async fn kubernetes() -> Kubernetes {
    let looping = Arc::new(AtomicBool::new(false));
    let (told, start) = (Arc::clone(&looping), Instant::now());
    let metrics = move || {
        let looping = told.load(Ordering::Relaxed);
        // Of six seconds it runs one, as between two crashes: the reason comes and goes.
        let waiting = looping && start.elapsed().as_secs() % 6 != 0;
        let restarts = if looping { start.elapsed().as_secs() / 30 } else { 0 };
        let labels = r#"namespace="shop",pod="crash-loop-7d4b-x2",container="shop""#;
        let reason = format!("{{{labels},reason=\"CrashLoopBackOff\"}}");
        std::future::ready(format!(
            "kube_pod_container_status_waiting_reason{reason} {}\n\
             kube_pod_container_status_restarts_total{{{labels}}} {restarts}\n",
            u8::from(waiting),
        ))
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/metrics", get(metrics));
    tokio::spawn(async move { axum::serve(listener, app).await });
    Kubernetes { address, looping }
}
