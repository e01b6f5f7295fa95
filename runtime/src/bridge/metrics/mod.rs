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

/// A recorder for the `metrics` facade, which records into a registry.
///
/// **Names** are adapted to Prometheus: invalid characters become `_`, and the name of a counter gets the suffix `_total`,
/// except with [`keep_counter_names`](Self::keep_counter_names). If the names of two labels become the same, such as
/// `user.id` and `user_id`, they become one label with both values, joined by `;`. Two metrics of the same kind whose names
/// become the same are one metric.
///
/// **Budgets**: a label has at most 100 different values, and a metric at most 10,000 series. Further ones become
/// `_OTHER`, and are counted as `goldsignal_label_overflow_total`.
///
/// **Conflicts**: of two metrics with the same name and different kinds, the second one records nothing. A declared metric
/// takes precedence over one of the facade. The other one is counted as `goldsignal_hidden_families`, and named by
/// [`Registry::hidden_families`] and a WARN event.
///
/// **Samples** that are infinite or NaN are refused by histograms, and by `increment` and `decrement` of gauges. So are
/// samples that would overflow the sum. They are counted as `goldsignal_not_a_number_total`. `set` of a gauge accepts any
/// value, as Prometheus does.
///
/// A handle adds to atomics and takes no lock. The macros of the facade look their handle up at each call, which takes a
/// read lock; store the handle where that matters.
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
    /// A recorder that records into `registry`.
    pub fn new(registry: &Registry) -> Self {
        let metrics = Arc::<FacadeMetrics>::default();
        registry.attach(metrics.clone());
        Self { metrics }
    }

    /// Sets the buckets of the histogram `name`, in its unit. The default is
    /// [`DURATION_SECONDS`](crate::declare::buckets::DURATION_SECONDS).
    ///
    /// # Panics
    /// If the bounds are empty, more than 64, not finite or not ascending.
    #[must_use]
    pub fn buckets(self, name: &str, bounds: &[f64]) -> Self {
        assert!(
            crate::declare::buckets::valid(bounds),
            "buckets must be 1 to 64 finite numbers, each larger than the one before"
        );
        self.metrics.set_buckets(name, bounds);
        self
    }

    /// Exposes counters without the suffix `_total`, under their names in the facade.
    ///
    /// Queries and dashboards of a service that used another recorder then still work. In `OpenMetrics`, the name of a
    /// counter has to end in `_total`, so the type of such a counter is `unknown` there.
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

    /// Installs it as the recorder of the process.
    ///
    /// # Errors
    /// If the process has a recorder already.
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
