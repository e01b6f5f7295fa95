//! A kind of incident, as counters of simulated instances.

use super::peers::SERVICE;
use crate::replay::course::INTERVAL;
use crate::replay::samples::Samples;

/// A kind of incident, or of events that are none.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// Whether somebody should be called.
    pub(crate) is_to_page: bool,
    /// How long there is history before it, and how long it lasts, in seconds.
    pub(crate) before: u64,
    pub(crate) during: u64,
    pub(crate) instances: Vec<Instance>,
    /// What becomes of the scrape at a time since it began.
    pub(crate) scrape: fn(i64) -> Scrape,
}

/// What becomes of a scrape.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scrape {
    Succeeds,
    Fails,
    /// Prometheus does not run.
    Omitted,
}

/// Events a second.
#[derive(Clone, Copy, Default)]
pub(crate) struct Rates {
    pub(crate) good: f64,
    pub(crate) failed: f64,
    pub(crate) slow: f64,
}

/// An instance of the service. Times are in seconds since the incident began.
pub(crate) struct Instance {
    pub(crate) name: String,
    /// More labels of its series, each with a comma before it.
    pub(crate) labels: &'static str,
    pub(crate) from: i64,
    pub(crate) until: i64,
    /// How long it runs before it is started again, which sets its counters to zero.
    pub(crate) runs: Option<i64>,
    /// What its counters have from before the history begins.
    pub(crate) inherited: Rates,
    pub(crate) rates: Box<dyn Fn(i64) -> Rates>,
}

impl Rates {
    /// `a_second` events, of which this share fails.
    pub(crate) fn failing(a_second: f64, share: f64) -> Self {
        Self { good: a_second * (1.0 - share), failed: a_second * share, slow: 0.0 }
    }

    /// `a_second` events, of which this share is slow.
    pub(crate) fn slow(a_second: f64, share: f64) -> Self {
        Self { good: a_second * (1.0 - share), failed: 0.0, slow: a_second * share }
    }

    fn add(&mut self, other: Self) {
        self.good += other.good;
        self.failed += other.failed;
        self.slow += other.slow;
    }
}

impl Kind {
    pub(crate) fn length(&self) -> u64 {
        self.before + self.during
    }

    /// Its series, from the first scrape to the last.
    pub(crate) fn samples(&self) -> Samples {
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
