//! What the service exposes, and what each request leaves there.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::Request;
use tower::ServiceExt;

use crate::incident::{Besides, Incident};
use crate::incidents::GOOD;
use crate::service::Shop;

/// The value of each series, named as it is exposed.
pub(crate) type Exposed = BTreeMap<String, f64>;

/// How much each series grows by a request, by the request's path.
pub(crate) struct Marks(BTreeMap<&'static str, Exposed>);

impl Marks {
    /// Sends each request of `incidents`, and stores what it adds to the series.
    pub(crate) async fn measured(incidents: &[&'static Incident]) -> Self {
        let mut marks = BTreeMap::new();
        for path in incidents.iter().copied().flat_map(paths).chain([GOOD]) {
            if !marks.contains_key(path) {
                marks.insert(path, quickest(path).await);
            }
        }
        Self(marks)
    }

    /// Adds to the series as so many requests for each path would.
    pub(crate) fn add(&self, requests: &BTreeMap<&'static str, f64>, exposed: &mut Exposed) {
        for (path, times) in requests {
            for (series, growth) in &self.0[path] {
                *exposed.entry(series.clone()).or_default() += growth * times;
            }
        }
    }
}

/// What a request leaves: of three, that which took the least time, as a busy machine may be slow with one.
async fn quickest(path: &'static str) -> Exposed {
    let marks = [left(path).await, left(path).await, left(path).await];
    let took = |mark: &Exposed| -> f64 {
        let sums = mark.iter().filter(|(series, _)| series.contains("_duration_seconds_sum"));
        sums.map(|(_, seconds)| seconds).sum()
    };
    marks.into_iter().min_by(|one, other| took(one).total_cmp(&took(other))).unwrap()
}

/// The series of a service after its first request.
async fn left(path: &'static str) -> Exposed {
    let shop = Shop::new("marks", Besides::Nothing);
    let before = scraped(&shop).await;
    shop.request(path).await;
    growth(&before, scraped(&shop).await)
}

/// The path of each request that comes.
fn paths(incident: &'static Incident) -> impl Iterator<Item = &'static str> {
    (0..incident.sent(incident.during)).map(incident.request)
}

/// By how much each series has grown, from nothing where it was not there.
fn growth(before: &Exposed, after: Exposed) -> Exposed {
    let since = |series: &str| before.get(series).copied().unwrap_or_default();
    after.into_iter().map(|(series, value)| (series.clone(), value - since(&series))).collect()
}

/// A scrape of the service.
pub(crate) async fn scraped(shop: &Shop) -> Exposed {
    let metrics = shop.metrics().lock().unwrap().clone();
    let answer = metrics.oneshot(Request::get("/metrics").body(Body::empty()).unwrap()).await;
    let body = axum::body::to_bytes(answer.unwrap().into_body(), 1 << 22).await.unwrap();
    read(std::str::from_utf8(&body).unwrap())
}

/// The samples of an exposition.
pub(crate) fn read(text: &str) -> Exposed {
    let samples = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let sample = |line: &str| {
        let (series, value) = line.rsplit_once(' ').unwrap();
        (series.to_owned(), value.parse().unwrap())
    };
    samples.map(sample).collect()
}
