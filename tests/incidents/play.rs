//! Plays one incident in a thread of its own: a registry, the service on it, its traffic, and its scrapes.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use goldsignal::expose::admin;
use goldsignal::testing::{Scope, scope};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle as Task;
use tower::ServiceExt;

use crate::incident::{Besides, Incident};
use crate::service::{self, Search, ShopMetrics};

const TICK: Duration = Duration::from_millis(50);
/// Before it begins there is a tenth of the traffic, all of it good: the run is the only history there is.
const BEFORE: u32 = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Before,
    Incident,
    Over,
}

/// An incident that is played.
pub(crate) struct Play {
    pub(crate) incident: &'static Incident,
    /// Where its instances are scraped.
    pub(crate) targets: Vec<SocketAddr>,
    act: watch::Sender<Act>,
    thread: Option<JoinHandle<()>>,
}

impl Play {
    /// Starts the service with a little good traffic.
    pub(crate) fn start(incident: &'static Incident) -> Self {
        let (act, acts) = watch::channel(Act::Before);
        let (tell, told) = mpsc::channel();
        let thread = std::thread::Builder::new().name(incident.name.into()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let stage = Stage::new(incident).await;
                tell.send(stage.targets.iter().map(|target| target.address).collect()).unwrap();
                stage.run(acts).await;
            });
        });
        let targets = told.recv().unwrap();
        Self { incident, targets, act, thread: Some(thread.unwrap()) }
    }

    /// The incident begins.
    pub(crate) fn begin(&self) {
        self.act.send(Act::Incident).unwrap();
    }
}

impl Drop for Play {
    fn drop(&mut self) {
        // Its thread may have ended with a panic, which is told below.
        let _ = self.act.send(Act::Over);
        let ended = self.thread.take().map(JoinHandle::join);
        if !std::thread::panicking() {
            ended.unwrap().unwrap();
        }
    }
}

/// An address that is scraped, until it is stopped.
struct Target {
    address: SocketAddr,
    serving: Task<()>,
}

/// The service as it runs now; a deployment puts another in its place.
struct Stage {
    incident: &'static Incident,
    scope: Option<Scope>,
    app: Router,
    metrics: Arc<Mutex<Router>>,
    targets: Vec<Target>,
}

impl Stage {
    async fn new(incident: &'static Incident) -> Self {
        let scope = scope();
        let app = service::app(incident.name);
        let metrics = Arc::new(Mutex::new(admin::metrics(scope.registry())));
        let mut targets = Vec::new();
        for _ in 0..=usize::from(incident.besides == Besides::CrashLoop) {
            targets.push(target(Arc::clone(&metrics)).await);
        }
        Self { incident, scope: Some(scope), app, metrics, targets }
    }

    async fn run(mut self, acts: watch::Receiver<Act>) {
        let mut ticks = tokio::time::interval(TICK);
        let (mut act, mut since, mut sent) = (Act::Before, Instant::now(), 0_u32);
        let mut besides = 0;
        loop {
            ticks.tick().await;
            let now = *acts.borrow();
            if now == Act::Over {
                break;
            }
            if now != act {
                (act, since, sent) = (now, Instant::now(), 0);
            }
            let before = act == Act::Before;
            let rate = f64::from(self.incident.rate) / f64::from(if before { BEFORE } else { 1 });
            while f64::from(sent) < since.elapsed().as_secs_f64() * rate {
                self.send(if before {
                    "/items/good"
                } else {
                    (self.incident.request)(sent.into())
                });
                sent += 1;
            }
            if !before {
                self.besides(since.elapsed(), &mut besides);
            }
        }
        self.targets.iter().for_each(|target| target.serving.abort());
    }

    fn send(&self, path: &'static str) {
        let app = self.app.clone();
        tokio::spawn(async move {
            let answer =
                app.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
            axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        });
    }

    /// What happens besides requests; `done` counts what happened so far.
    fn besides(&mut self, since: Duration, done: &mut u32) {
        match self.incident.besides {
            Besides::FullPool => service::fill_pool(10, 5),
            Besides::CrashLoop => self.targets[1].serving.abort(),
            Besides::Gone => self.targets[0].serving.abort(),
            Besides::LabelFlood => {
                let word = format!("word-{done}");
                ShopMetrics::get().searches_total.inc(Search { word: &word });
            }
            Besides::Deploys if since.as_secs() / 25 > u64::from(*done) => self.deploy(),
            Besides::Nothing | Besides::Deploys => return,
        }
        *done += 1;
    }

    fn deploy(&mut self) {
        // The old scope ends before the new one begins: each is the thread's.
        drop(self.scope.take());
        let scope = scope();
        self.app = service::app(self.incident.name);
        *self.metrics.lock().unwrap() = admin::metrics(scope.registry());
        self.scope = Some(scope);
    }
}

/// Serves what `metrics` is at the time of each scrape.
async fn target(metrics: Arc<Mutex<Router>>) -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().fallback(move |request: Request| {
        let metrics: Router = metrics.lock().unwrap().clone();
        async move { metrics.oneshot(request).await }
    });
    let serving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A connection carries one scrape, so that a target that is stopped is gone.
            let service = hyper_util::service::TowerToHyperService::new(app.clone());
            let stream = hyper_util::rt::TokioIo::new(stream);
            let mut http = hyper::server::conn::http1::Builder::new();
            let _ = http.keep_alive(false).serve_connection(stream, service).await;
        }
    });
    Target { address, serving }
}
