//! The service that has the incidents.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request};
use goldsignal::expose::admin;
use goldsignal::testing::{Scope, scope};
use goldsignal::{Counter, Fault, Gauge, Label, Labels, Metrics, Slo, Telemetry, observed, routes};
use tower::ServiceExt;

use crate::incident::Besides;
use crate::saturated::Saturated;

const API: Slo =
    Slo::new("api", "# The API fails, or is slow\n\nRoll back the last deployment first.")
        .availability(99.9)
        .latency(99.0, Duration::from_millis(250));

/// How long a slow request takes: more than the objective allows, less than "p95 > 1" sees.
const SLOW: Duration = Duration::from_millis(400);

/// How long a request blocks its thread: more than the budget of a poll.
const BLOCKING: Duration = Duration::from_millis(20);

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

/// Shows an item. Its name says how the request ends.
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
        "blocks" => {
            std::thread::sleep(BLOCKING);
            Ok("after a nap")
        }
        "hangs" => std::future::pending().await,
        "broken" => Err(ShopError::Database),
        _ => Err(ShopError::Unknown),
    }
}

/// Metrics of the shop.
#[derive(Debug, Metrics)]
struct ShopMetrics {
    /// Searches, by their first word.
    searches_total: Counter<Search<'static>>,
    /// Connections of the pool, by what they do.
    db_client_connections: Gauge<ByState>,
    /// The most connections that the pool may open.
    db_client_connections_max: Gauge,
    /// Requests that wait for a connection.
    db_client_connections_pending_requests: Gauge,
}

#[derive(Debug, Labels)]
struct Search<'a> {
    #[label(budget = 20)]
    word: &'a str,
}

#[derive(Debug, Labels)]
struct ByState {
    state: State,
}

#[derive(Debug, Label)]
enum State {
    Idle,
    Used,
}

/// The service as it runs now, recording to a registry of its own; a deployment puts another in its place.
pub(crate) struct Shop {
    name: &'static str,
    scope: Option<Scope>,
    app: Router,
    saturated: Option<Saturated>,
    /// It watches runtimes until it is dropped.
    telemetry: Telemetry,
    metrics: Metered,
    words: u64,
    deployments: u64,
}

/// The router of the admin listener, which a deployment replaces.
pub(crate) type Metered = Arc<Mutex<Router>>;

impl Shop {
    pub(crate) fn new(name: &'static str, besides: Besides) -> Self {
        let scope = scope();
        let metrics = Arc::new(Mutex::new(admin::metrics(scope.registry())));
        let (app, telemetry) = app(name);
        let saturated = Saturated::of(besides, &telemetry);
        let scope = Some(scope);
        Self { name, app, saturated, telemetry, scope, metrics, words: 0, deployments: 0 }
    }

    /// The router that is scraped.
    pub(crate) fn metrics(&self) -> Metered {
        Arc::clone(&self.metrics)
    }

    /// How often another was put in its place.
    pub(crate) fn deployments(&self) -> u64 {
        self.deployments
    }

    /// A request for `path`, to the end of its body.
    pub(crate) fn request(&self, path: &'static str) -> impl Future<Output = ()> + Send + 'static {
        let answer = self.app.clone().oneshot(Request::get(path).body(Body::empty()).unwrap());
        async {
            axum::body::to_bytes(answer.await.unwrap().into_body(), 1 << 20).await.unwrap();
        }
    }

    /// What else has happened to it when the incident is `since` old.
    pub(crate) fn happen(&mut self, besides: Besides, since: Duration) {
        if besides == Besides::FullPool {
            pool(10, 0, 5);
        }
        if let Some(saturated) = &mut self.saturated {
            saturated.happen(since);
        }
        while self.words < besides.words(since) {
            let word = format!("word-{}", self.words);
            ShopMetrics::get().searches_total.inc(Search { word: &word });
            self.words += 1;
        }
        while self.deployments < besides.deployments(since) {
            self.deploy();
        }
    }

    fn deploy(&mut self) {
        // The old scope ends before the new one begins: each is the thread's.
        drop(self.scope.take());
        let scope = scope();
        (self.app, self.telemetry) = app(self.name);
        *self.metrics.lock().unwrap() = admin::metrics(scope.registry());
        self.scope = Some(scope);
        self.deployments += 1;
    }
}

/// The service, recording to the registry of this thread.
fn app(name: &str) -> (Router, Telemetry) {
    let telemetry = Telemetry::builder(name).version("1.0.0").build().unwrap();
    pool(0, 1, 0);
    (routes![item, order].layer(telemetry.layer()), telemetry)
}

/// A pool that may open ten connections, and opens none that it does not need: how many are in use and idle, and
/// how many requests wait for one.
fn pool(used: i64, idle: i64, pending: i64) {
    let metrics = ShopMetrics::get();
    metrics.db_client_connections.set(ByState { state: State::Used }, used);
    metrics.db_client_connections.set(ByState { state: State::Idle }, idle);
    metrics.db_client_connections_max.set(10);
    metrics.db_client_connections_pending_requests.set(pending);
}
