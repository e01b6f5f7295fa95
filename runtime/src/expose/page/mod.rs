//! The live page: a document, and the JSON that it shows. It reads the cells that a scrape reads, and needs no Prometheus.

mod declared;
mod document;
mod facts;
mod families;
mod history;
mod limits;
mod objectives;
mod past;
mod quantile;
mod reading;
mod recent;
mod rings;
mod snapshot;
mod stories;
mod stream;
mod text;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use tokio::sync::Semaphore;
use tokio::time::{MissedTickBehavior, interval, timeout};

pub(crate) use facts::{ServiceFacts, Setting};

use self::families::Families;
use self::history::{History, INTERVAL, PART_INTERVAL};
use self::quantile::Grid;
use self::reading::Reading;
use self::stream::Streams;
use super::guard::{Access, guard};
use super::lease::Lease;
use crate::declare::catalog::Catalog;
use crate::log::live_filter::LiveFilter;
use crate::observe::read::counts;
use crate::observe::story::kept::KeptStories;
use crate::record::sync_lock;
use crate::registry::Registry;

/// The most answers that are written at a time, beside streams.
const MOST_ANSWERS: usize = 4;

/// How long a request waits for others to be answered.
const PATIENCE: Duration = Duration::from_secs(5);

/// The page of a registry. Clones are of the same page.
#[derive(Clone)]
pub(crate) struct Page(Arc<Inner>);

struct Inner {
    registry: Registry,
    facts: ServiceFacts,
    filter: Option<LiveFilter>,
    stories: Option<Arc<KeptStories>>,
    access: Access,
    started: Instant,
    history: Mutex<History>,
    streams: Streams,
    answers: Arc<Semaphore>,
}

impl Page {
    pub(crate) fn new(
        registry: Registry,
        facts: ServiceFacts,
        (filter, stories): (Option<LiveFilter>, Option<Arc<KeptStories>>),
        access: Access,
    ) -> Self {
        let history = Mutex::new(History::new(Grid::of(&Catalog::linked())));
        let (started, streams) = (Instant::now(), Streams::default());
        let answers = Arc::new(Semaphore::new(MOST_ANSWERS));
        Self(Arc::new(Inner {
            registry,
            facts,
            filter,
            stories,
            access,
            started,
            history,
            streams,
            answers,
        }))
    }

    /// `/`, which has no data and needs no token.
    pub(crate) fn document(&self) -> Router {
        self.guarded(Router::new().route("/", get(document::document)))
    }

    /// The paths below `/api/v1`.
    pub(crate) fn api(&self) -> Router {
        let answers = Router::new()
            .route("/api/v1/snapshot", get(async |State(page): State<Self>| json(page.snapshot())))
            .route("/api/v1/history", get(async |State(page): State<Self>| json(page.history())))
            .route("/api/v1/catalog", get(async |State(page): State<Self>| json(page.catalog())))
            .route("/api/v1/stories", get(stories::list))
            .route("/api/v1/stories/{id}", get(stories::one))
            .with_state(self.clone());
        let streams =
            Router::new().route("/api/v1/stream", get(stream::stream)).with_state(self.clone());
        self.guarded(answers).merge(streams.route_layer(from_fn_with_state(self.0.access, guard)))
    }

    /// A router of which a few answers are written at a time, for those who may see the page.
    fn guarded(&self, router: Router) -> Router {
        let answers = Arc::clone(&self.0.answers);
        router
            .route_layer(from_fn_with_state(answers, few_at_a_time))
            .route_layer(from_fn_with_state(self.0.access, guard))
    }

    /// Samples the registry, and tells streams of stories, for as long as it is polled.
    pub(crate) async fn run(&self) {
        tokio::join!(self.sample(), stories::tell(self));
    }

    async fn sample(&self) {
        let mut timer = interval(INTERVAL);
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let steps = PART_INTERVAL.as_secs() / INTERVAL.as_secs();
        for number in 0_u64.. {
            timer.tick().await;
            // A source that panics must not end the admin listener. The panic hook has reported it.
            let _ = catch_unwind(AssertUnwindSafe(|| self.tick(number % steps == 0)));
        }
    }

    /// Takes a sample of all requests, and of everything else if `has_parts`.
    fn tick(&self, has_parts: bool) {
        let Inner { registry, facts, history, streams, .. } = &*self.0;
        let is_watched = streams.are_watched();
        if !has_parts && !is_watched {
            let endpoints = counts::endpoints(registry.store.get());
            let mut history = sync_lock(history);
            let totals = history.totals(&endpoints);
            history.sample_service(Instant::now(), snapshot::unix_time(), totals);
            return;
        }
        let families = if is_watched {
            Families::read(registry)
        } else {
            Families::read_cheap_ones(registry, &facts.resources)
        };
        let reading = Reading::of(registry, families);
        let mut history = sync_lock(history);
        history.busy = limits::busiest(&limits::limits(&reading.families, &history, reading.now));
        let totals = history.totals(&reading.endpoints);
        history.sample_service(reading.now, snapshot::unix_time(), totals);
        if has_parts {
            history.sample_parts(&reading);
        }
        if is_watched {
            streams.send_snapshot(&snapshot::snapshot(self, &reading, &history));
        }
    }

    fn snapshot(&self) -> String {
        let reading = Reading::of(&self.0.registry, Families::read(&self.0.registry));
        snapshot::snapshot(self, &reading, &sync_lock(&self.0.history))
    }

    fn history(&self) -> String {
        let endpoints = reading::busiest_first(counts::endpoints(self.0.registry.store.get()));
        let metrics = Families::read(&self.0.registry).metrics;
        past::past(&sync_lock(&self.0.history), &endpoints, &metrics)
    }

    fn catalog(&self) -> String {
        declared::declared(&self.0.facts, &Catalog::linked())
    }

    fn facts(&self) -> &ServiceFacts {
        &self.0.facts
    }

    fn filter(&self) -> Option<&LiveFilter> {
        self.0.filter.as_ref()
    }

    fn stories(&self) -> Option<&Arc<KeptStories>> {
        self.0.stories.as_ref()
    }

    fn streams(&self) -> &Streams {
        &self.0.streams
    }

    fn uptime(&self) -> Duration {
        self.0.started.elapsed()
    }
}

fn json(body: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

/// Lets a few answers be written at a time, so that clients that read slowly take few connections.
async fn few_at_a_time(
    State(answers): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    let Ok(Ok(place)) = timeout(PATIENCE, answers.acquire_owned()).await else {
        let message = "too many requests at a time\n";
        return (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")], message).into_response();
    };
    if let Some(lease) = request.extensions().get::<Lease>() {
        lease.hold(place);
    }
    next.run(request).await
}
