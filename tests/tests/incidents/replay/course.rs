//! An incident as Prometheus would have scraped it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::exposition::{Exposed, Marks, read, scraped};
use super::samples::Samples;
use crate::incident::{Besides, Incident};
use crate::incidents::GOOD;
use crate::kubernetes;
use crate::service::Shop;

/// The time between two scrapes.
pub(crate) const INTERVAL: Duration = Duration::from_secs(30);
/// Where the service's instances are scraped.
const INSTANCES: [&str; 2] = ["a:9464", "b:9464"];

/// The series of `incident`, from its first scrape to its last.
///
/// What happens, happens to the real service between two scrapes. Its requests alone are not sent again and again:
/// what they leave is added, so that an hour of slow ones takes no time.
pub(crate) async fn series(incident: &Incident, marks: &Marks) -> Samples {
    let mut course = Course {
        incident,
        shop: Shop::new(incident.name, incident.besides),
        sent: 0,
        requests: BTreeMap::new(),
        samples: Samples::default(),
    };
    let mut now = Duration::ZERO;
    while now <= incident.length() {
        let begun = now.checked_sub(incident.before);
        course.go_on(now, begun);
        course.scrape(begun, marks).await;
        now += INTERVAL;
    }
    course.samples
}

struct Course<'a> {
    incident: &'a Incident,
    shop: Shop,
    /// How many requests there were, before it began and since.
    sent: u64,
    /// Those that the service has seen since it was deployed, by path.
    requests: BTreeMap<&'static str, f64>,
    samples: Samples,
}

impl Course<'_> {
    fn go_on(&mut self, now: Duration, begun: Option<Duration>) {
        let incident = self.incident;
        let before = incident.sent_before(now.min(incident.before));
        for _ in self.sent..before {
            self.request(GOOD);
        }
        let Some(since) = begun else { return };
        for n in self.sent - before..incident.sent(since) {
            self.request((incident.request)(n));
        }
        let deployments = self.shop.deployments();
        self.shop.happen(incident.besides, since);
        if self.shop.deployments() > deployments {
            self.requests.clear();
        }
    }

    fn request(&mut self, path: &'static str) {
        *self.requests.entry(path).or_default() += 1.0;
        self.sent += 1;
    }

    async fn scrape(&mut self, begun: Option<Duration>, marks: &Marks) {
        self.samples.next();
        let mut exposed = scraped(&self.shop).await;
        marks.add(&self.requests, &mut exposed);
        let besides = self.incident.besides;
        for (number, instance) in INSTANCES[..besides.instances()].iter().enumerate() {
            let reached = begun.is_none() || besides.unreachable() != Some(number);
            self.target(instance, reached.then_some(&exposed));
        }
        let crashing = begun.filter(|_| besides == Besides::CrashLoop);
        for (series, value) in read(&kubernetes::metrics(self.incident.name, crashing)) {
            self.samples.push(&series, "kube-state-metrics", "k:8080", value);
        }
    }

    /// What Prometheus keeps of a target: what it exposes, and how the scrape went.
    #[expect(clippy::cast_precision_loss, reason = "some hundreds of series")]
    fn target(&mut self, instance: &str, exposed: Option<&Exposed>) {
        let job = self.incident.name;
        let mut push = |series: &str, value| self.samples.push(series, job, instance, value);
        push("up", f64::from(u8::from(exposed.is_some())));
        push("scrape_samples_scraped", exposed.map_or(0.0, |exposed| exposed.len() as f64));
        for (series, value) in exposed.into_iter().flatten() {
            push(series, *value);
        }
    }
}
