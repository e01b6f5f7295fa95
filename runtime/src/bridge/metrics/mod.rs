//! A recorder for the `metrics` facade: what libraries record through it goes to our registry, within budgets.
//!
//! ```
//! use goldsignal::{Registry, bridge::metrics::Recorder, expose::Format};
//!
//! let recorder = Recorder::new(&Registry::global()).buckets("upload_seconds", &[1.0, 10.0, 60.0]);
//! recorder.install()?;
//! metrics::histogram!("upload_seconds").record(4.0);
//! let text = Registry::global().encode(Format::Text);
//! assert!(text.contains("upload_seconds_bucket{le=\"10.0\"} 1\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod facade_metrics;
mod family;
mod series;

use std::sync::Arc;

use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Metadata, SetRecorderError, SharedString, Unit,
};

use crate::declare::Kind;
use crate::registry::Registry;
use facade_metrics::FacadeMetrics;

/// Records what comes through the `metrics` facade into a registry.
///
/// Names become names of Prometheus: what is outside of the grammar turns into `_`, and a counter ends in
/// `_total` unless [`keep_counter_names`](Self::keep_counter_names) is asked for. Two labels of a metric whose names become one, such as `user.id` and `user_id`, become one label
/// with both values, joined by `;`; two metrics of one kind become one metric. A label keeps 100 values apart, a metric 10,000 series; what exceeds them is `_OTHER`, and is
/// counted as `goldsignal_label_overflow_total`. Of two metrics of one name and different kinds the first
/// stays and the second records nothing; of one that is declared and one that comes through the facade the
/// declared one stays. Each is counted as `goldsignal_hidden_families`, and named by
/// [`Registry::hidden_families`] and a WARN event.
///
/// Samples that are infinite or NaN are refused where they are added to something: by histograms, and by
/// `increment` and `decrement` of gauges. So is a finite one that would overflow the sum. Each is counted as
/// `goldsignal_not_a_number_total`. `set` of a gauge takes any value, as Prometheus does.
///
/// A handle adds to atomics, without a lock. The macros look their handle up each time unless it is kept.
///
/// ```
/// use goldsignal::{Registry, bridge, expose::Format};
///
/// bridge::metrics::Recorder::new(&Registry::global()).install()?;
/// metrics::counter!("jobs.done", "queue" => "mail").increment(2);
/// let text = Registry::global().encode(Format::Text);
/// assert!(text.contains("jobs_done_total{queue=\"mail\"} 2\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Recorder {
    metrics: Arc<FacadeMetrics>,
}

impl Recorder {
    /// A recorder into `registry`.
    pub fn new(registry: &Registry) -> Self {
        let metrics = Arc::<FacadeMetrics>::default();
        registry.attach(metrics.clone());
        Self { metrics }
    }

    /// States the buckets of the histogram `name`, in its own unit. Others have those of durations in
    /// seconds: [`DURATION_SECONDS`](crate::declare::buckets::DURATION_SECONDS).
    ///
    /// # Panics
    /// When the bounds are empty, more than 64, not finite or not ascending.
    #[must_use]
    pub fn buckets(self, name: &str, bounds: &[f64]) -> Self {
        assert!(
            crate::declare::buckets::valid(bounds),
            "buckets must be 1 to 64 finite numbers, each larger than the one before"
        );
        self.metrics.set_buckets(name, bounds);
        self
    }

    /// Exposes counters under the names that the facade has, without `_total` at their end.
    ///
    /// This keeps the queries and dashboards of a service that had another recorder. `OpenMetrics` knows no
    /// counter without `_total`, so such a counter is of the type `unknown` there.
    ///
    /// ```
    /// use goldsignal::{Registry, bridge, expose::Format};
    ///
    /// bridge::metrics::Recorder::new(&Registry::global()).keep_counter_names().install()?;
    /// metrics::counter!("jobs_done").increment(2);
    /// assert!(Registry::global().encode(Format::Text).contains("jobs_done 2\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn keep_counter_names(self) -> Self {
        self.metrics.keep_counter_names();
        self
    }

    /// Makes it the recorder of the process.
    ///
    /// # Errors
    /// When there is one already.
    pub fn install(self) -> Result<(), SetRecorderError<Self>> {
        metrics::set_global_recorder(self)
    }
}

impl metrics::Recorder for Recorder {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.metrics.describe(Kind::Counter, key.as_str(), unit, &description);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.metrics.describe(Kind::Gauge, key.as_str(), unit, &description);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.metrics.describe(Kind::Histogram, key.as_str(), unit, &description);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        self.metrics.series(Kind::Counter, key).map_or(Counter::noop(), Counter::from_arc)
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        self.metrics.series(Kind::Gauge, key).map_or(Gauge::noop(), Gauge::from_arc)
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        self.metrics.series(Kind::Histogram, key).map_or(Histogram::noop(), Histogram::from_arc)
    }
}
