//! A kind of incident, as counters of simulated instances.

use super::peers::SERVICE;
use crate::replay::course::INTERVAL;
use crate::replay::samples::Samples;

/// A kind of incident, or of events that are none.
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// Whether somebody should be called.
    pub(super) is_to_page: bool,
    /// How long there is history before it, and how long it lasts, in seconds.
    pub(super) before: u64,
    pub(super) during: u64,
    pub(super) instances: Vec<Instance>,
    /// What becomes of the scrape at a time since it began.
    pub(super) scrape: fn(i64) -> Scrape,
}

/// What becomes of a scrape.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scrape {
    Succeeds,
    Fails,
    /// Prometheus does not run.
    Omitted,
}

/// Events a second.
#[derive(Clone, Copy, Default)]
pub(super) struct Rates {
    pub(super) good: f64,
    pub(super) failed: f64,
    pub(super) slow: f64,
}

/// An instance of the service. Times are in seconds since the incident began.
pub(super) struct Instance {
    pub(super) name: String,
    /// More labels of its series, each with a comma before it.
    pub(super) labels: &'static str,
    pub(super) from: i64,
    pub(super) until: i64,
    /// How long it runs before it is started again, which sets its counters to zero.
    pub(super) runs: Option<i64>,
    /// What its counters have from before the history begins.
    pub(super) inherited: Rates,
    pub(super) rates: Box<dyn Fn(i64) -> Rates>,
}

impl Rates {
    /// `a_second` events, of which this share fails.
    pub(super) fn failing(a_second: f64, share: f64) -> Self {
        Self { good: a_second * (1.0 - share), failed: a_second * share, slow: 0.0 }
    }

    /// `a_second` events, of which this share is slow.
    pub(super) fn slow(a_second: f64, share: f64) -> Self {
        Self { good: a_second * (1.0 - share), failed: 0.0, slow: a_second * share }
    }

    fn add(&mut self, other: Self) {
        self.good += other.good;
        self.failed += other.failed;
        self.slow += other.slow;
    }
}

impl Kind {
    pub(super) fn length(&self) -> u64 {
        self.before + self.during
    }

    /// Its series, from the first scrape to the last.
    pub(super) fn samples(&self) -> Samples {
        let mut samples = Samples::default();
        let mut counted: Vec<_> = self.instances.iter().map(|one| one.inherited).collect();
        let begin = i64::try_from(self.before).unwrap();
        let interval = i64::try_from(INTERVAL.as_secs()).unwrap();
        for second in 0..=i64::try_from(self.length()).unwrap() {
            let since = second - begin;
            for (instance, counted) in self.instances.iter().zip(&mut counted) {
                instance.live(since, counted);
            }
            if second % interval == 0 {
                self.scraped(since, &counted, &mut samples);
            }
        }
        samples
    }

    fn scraped(&self, since: i64, counted: &[Rates], samples: &mut Samples) {
        let scrape = (self.scrape)(since);
        if scrape == Scrape::Omitted {
            samples.omit();
            // promtool evaluates rules also then: that no instance is up is not to be seen.
            samples.push("up", SERVICE, "promtool", 1.0);
            return;
        }
        samples.next();
        for (instance, counted) in self.instances.iter().zip(counted) {
            if instance.runs_at(since) {
                instance.scraped(scrape == Scrape::Succeeds, *counted, samples);
            }
        }
    }
}

impl Instance {
    fn runs_at(&self, since: i64) -> bool {
        (self.from..self.until).contains(&since)
    }

    /// A second passes.
    fn live(&self, since: i64, counted: &mut Rates) {
        if !self.runs_at(since) {
            return;
        }
        if self.runs.is_some_and(|runs| (since - self.from) % runs == 0 && since > self.from) {
            *counted = Rates::default();
        }
        counted.add((self.rates)(since));
    }

    fn scraped(&self, succeeds: bool, counted: Rates, samples: &mut Samples) {
        let labels = self.labels.trim_start_matches(',');
        let up = if labels.is_empty() { "up".to_owned() } else { format!("up{{{labels}}}") };
        samples.push(&up, SERVICE, &self.name, f64::from(u8::from(succeeds)));
        if !succeeds {
            return;
        }
        // The counters have whole events; a sum of fractions is a little less than one at times.
        let whole = |events: f64| (events + 1e-6).floor();
        let in_time = whole(counted.good + counted.slow);
        let series = [
            ("api-availability", "good", in_time),
            ("api-availability", "bad", whole(counted.failed)),
            ("api-latency", "good", whole(counted.good)),
            ("api-latency", "bad", in_time - whole(counted.good)),
        ];
        for (slo, outcome, value) in series {
            let series =
                format!("slo_events_total{{slo=\"{slo}\",outcome=\"{outcome}\"{}}}", self.labels);
            samples.push(&series, SERVICE, &self.name, value);
        }
    }
}
