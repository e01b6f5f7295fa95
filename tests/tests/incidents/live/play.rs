//! Plays one incident in a thread of its own: a registry, the service on it, its traffic, and its scrapes.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle as Task;
use tower::ServiceExt;

use super::true_time;
use crate::incident::Incident;
use crate::incidents::GOOD;
use crate::service::{Metered, Shop};

const TICK: Duration = Duration::from_millis(50);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Before,
    Incident,
    Over,
}

/// An incident that is played.
pub(super) struct Play {
    pub(super) incident: &'static Incident,
    /// Where its instances are scraped.
    pub(super) targets: Vec<SocketAddr>,
    act: watch::Sender<Act>,
    thread: Option<JoinHandle<()>>,
}

impl Play {
    /// Starts the service with a little good traffic.
    pub(super) fn start(incident: &'static Incident) -> Self {
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
    pub(super) fn begin(&self) {
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

/// The service with its targets.
struct Stage {
    incident: &'static Incident,
    shop: Shop,
    targets: Vec<Target>,
}

impl Stage {
    async fn new(incident: &'static Incident) -> Self {
        let shop = Shop::new(incident.name, incident.besides);
        let mut targets = Vec::new();
        for _ in 0..incident.besides.instances() {
            targets.push(target(shop.metrics()).await);
        }
        Self { incident, shop, targets }
    }

    async fn run(mut self, acts: watch::Receiver<Act>) {
        let mut ticks = tokio::time::interval(TICK);
        let (mut act, mut since, mut sent) = (Act::Before, Instant::now(), 0);
        loop {
            ticks.tick().await;
            let now = *acts.borrow();
            if now == Act::Over {
                break;
            }
            if now != act {
                (act, since, sent) = (now, Instant::now(), 0);
            }
            self.play(act, true_time(since), &mut sent);
        }
        self.targets.iter().for_each(|target| target.serving.abort());
    }

    /// Sends what should have been `sent` by now, and lets happen what should have happened.
    fn play(&mut self, act: Act, since: Duration, sent: &mut u64) {
        let incident = self.incident;
        if act == Act::Before {
            for _ in *sent..incident.sent_before(since) {
                tokio::spawn(self.shop.request(GOOD));
            }
            *sent = incident.sent_before(since);
            return;
        }
        for n in *sent..incident.sent(since) {
            tokio::spawn(self.shop.request((incident.request)(n)));
        }
        *sent = incident.sent(since);
        self.shop.happen(incident.besides, since);
        if let Some(target) = incident.besides.unreachable() {
            self.targets[target].serving.abort();
        }
    }
}

/// Serves the router that `metrics` has at the time of each scrape.
async fn target(metrics: Metered) -> Target {
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
