//! Whether the service is ready for requests: its own state, and the checks that it registers.

use std::fmt::{self, Display};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::record::sync_lock;

/// How long a check may take. By default, the kubelet waits one second for a probe.
const CHECK_TIMEOUT: Duration = Duration::from_millis(750);

/// How long the results of the checks are cached, so that frequent probes cause no load.
const RESULT_TTL: Duration = Duration::from_secs(1);

/// The service has not set its state.
const UNKNOWN: u8 = 0;
const READY: u8 = 1;
const NOT_READY: u8 = 2;
/// `Telemetry::layer` has set the service ready; the service itself has not set its state.
const ASSUMED_READY: u8 = 3;

/// Whether the service is ready for requests, which `/readyz` reports.
///
/// It is ready once that is set, and as long as all checks pass. [`Telemetry::serve`](crate::Telemetry::serve) sets it when
/// it begins to listen, and unsets it when it stops. For a server of your own,
/// [`Telemetry::layer`](crate::Telemetry::layer) sets it, because an application that gets its layer is about to be served;
/// to be ready later, call [`set(false)`](Self::set) before. A program without a server calls `set(true)` when it is ready
/// to work.
#[derive(Clone, Default)]
pub struct Readiness(Arc<Inner>);

#[derive(Default)]
struct Inner {
    ready: AtomicU8,
    checks: Mutex<Vec<Arc<ReadinessCheck>>>,
    /// The time and the failing checks of the last run. It is locked during a run, so that other probes wait for it.
    last: tokio::sync::Mutex<Option<(Instant, Vec<&'static str>)>>,
}

type CheckFuture = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

struct ReadinessCheck {
    name: &'static str,
    run: Box<dyn Fn() -> CheckFuture + Send + Sync>,
    /// Whether it failed in the last run.
    failing: AtomicBool,
    /// The runtime of the application, on which the check runs: its connections belong to that runtime.
    runtime: Option<Handle>,
}

impl Readiness {
    /// Sets whether the service is ready for requests.
    ///
    /// With a server of your own, call `set(false)` when the server begins to stop, so that load balancers send no new
    /// requests while the open ones end. If the service is not ready as soon as it listens, call `set(false)` before you
    /// add the application's layers.
    pub fn set(&self, ready: bool) {
        self.0.ready.store(if ready { READY } else { NOT_READY }, Ordering::Relaxed);
    }

    /// Makes the service ready, unless [`set`](Self::set) was called before.
    pub(crate) fn set_ready_if_unset(&self) {
        let ready = &self.0.ready;
        // An error means that `set` was called.
        let _ =
            ready.compare_exchange(UNKNOWN, ASSUMED_READY, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Whether only [`set_ready_if_unset`](Self::set_ready_if_unset) has made the service ready.
    pub(crate) fn is_assumed(&self) -> bool {
        self.0.ready.load(Ordering::Relaxed) == ASSUMED_READY
    }

    /// Whether the service is ready for requests, apart from the checks.
    pub fn get(&self) -> bool {
        matches!(self.0.ready.load(Ordering::Relaxed), READY | ASSUMED_READY)
    }

    /// Adds a check. While it fails, or takes longer than 750 ms, `/readyz` answers with 503 and the names of the failing
    /// checks. The error is logged once when the check begins to fail.
    ///
    /// The check runs on the runtime on which this is called, at most once a second, however many probes there are.
    ///
    /// ```
    /// use goldsignal::expose::admin::Readiness;
    ///
    /// let readiness = Readiness::default();
    /// readiness.check("cache", async || Err::<(), _>("the cache cannot be reached"));
    /// ```
    pub fn check<F, A, E>(&self, name: &'static str, check: F)
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        let run = move || -> CheckFuture {
            let answer = check();
            Box::pin(async move { answer.await.map_err(|error| error.to_string()) })
        };
        let runtime = Handle::try_current().ok();
        let failing = AtomicBool::new(false);
        sync_lock(&self.0.checks).push(Arc::new(ReadinessCheck {
            name,
            run: Box::new(run),
            failing,
            runtime,
        }));
    }

    /// The names of the failing checks, at most a second old.
    pub(super) async fn failing(&self) -> Vec<&'static str> {
        let mut last = self.0.last.lock().await;
        if let Some((_, failing)) = last.as_ref().filter(|(when, _)| when.elapsed() < RESULT_TTL) {
            return failing.clone();
        }
        let checks = sync_lock(&self.0.checks).clone();
        // The checks run concurrently, so a probe waits for the slowest only.
        let running: Vec<_> = checks.iter().cloned().map(ReadinessCheck::start).collect();
        let mut failing = Vec::new();
        for (check, running) in checks.iter().zip(running) {
            // A cancelled or panicked check counts as failed.
            if !running.await.unwrap_or(false) {
                failing.push(check.name);
            }
        }
        *last = Some((Instant::now(), failing.clone()));
        failing
    }
}

impl ReadinessCheck {
    fn start(self: Arc<Self>) -> tokio::task::JoinHandle<bool> {
        match self.runtime.clone() {
            Some(runtime) => runtime.spawn(self.passes()),
            None => tokio::spawn(self.passes()),
        }
    }

    async fn passes(self: Arc<Self>) -> bool {
        let result = match timeout(CHECK_TIMEOUT, (self.run)()).await {
            Ok(result) => result,
            Err(_) => Err(format!("no answer within {} ms", CHECK_TIMEOUT.as_millis())),
        };
        let failed_before = self.failing.swap(result.is_err(), Ordering::Relaxed);
        match &result {
            Err(error) if !failed_before => {
                tracing::warn!(check = self.name, error, "a readiness check fails");
            }
            Ok(()) if failed_before => {
                tracing::info!(check = self.name, "a readiness check passes again");
            }
            _ => {}
        }
        result.is_ok()
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let checks: Vec<_> = sync_lock(&self.0.checks).iter().map(|check| check.name).collect();
        f.debug_struct("Readiness").field("ready", &self.get()).field("checks", &checks).finish()
    }
}
