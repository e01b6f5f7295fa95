//! The metrics that queries read.

use crate::declare::{Described, Descriptor};

/// Labels that Prometheus or its service discovery adds to every series.
const TARGET: &[&str] =
    &["job", "instance", "namespace", "environment", "cluster", "pod", "container"];

/// A metric that queries read, with the labels that they may select by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// The name of the samples.
    pub name: String,
    /// Its own labels. Every metric also has the labels of its target.
    pub labels: Vec<String>,
}

impl Metric {
    /// A metric of another exporter, of Prometheus itself, or of a recording rule.
    pub fn new(name: impl Into<String>, labels: &[&str]) -> Self {
        Self { name: name.into(), labels: labels.iter().map(|label| (*label).to_owned()).collect() }
    }

    /// The metric of a counter, gauge or histogram of the program. Renaming the field renames it in the query.
    ///
    /// ```
    /// use goldsignal::operate::promql::{Metric, Selector, Window, sum_by};
    /// use goldsignal::{Counter, Label, Labels, Metrics};
    ///
    /// #[derive(Label)]
    /// enum Plan { Free, Pro }
    ///
    /// #[derive(Labels)]
    /// struct By { plan: Plan }
    ///
    /// /// Metrics of the shop.
    /// #[derive(Metrics)]
    /// struct ShopMetrics {
    ///     /// Sales.
    ///     sales_total: Counter<By>,
    /// }
    ///
    /// ShopMetrics::get().sales_total.inc(By { plan: Plan::Free });
    /// let sales = Metric::counted(&ShopMetrics::get().sales_total).expect("declared once");
    /// let sales = Selector::of(sales).with("plan", Plan::VALUES[Plan::Pro.index()]).rate(Window::minutes(5));
    /// assert_eq!(
    ///     sum_by(["job"], sales).to_string(),
    ///     r#"sum by (job) (rate(sales_total{plan="pro"}[5m]))"#
    /// );
    /// ```
    ///
    /// `None` where its declaration contradicts another one, which is an error at start.
    pub fn counted(by: &impl Described) -> Option<Self> {
        by.descriptor().map(Self::from)
    }

    /// The buckets of a histogram.
    #[must_use]
    pub fn buckets(mut self) -> Self {
        self.name.push_str("_bucket");
        self.labels.push("le".to_owned());
        self
    }

    /// The number of observations of a histogram.
    #[must_use]
    pub fn count(mut self) -> Self {
        self.name.push_str("_count");
        self
    }

    /// The sum of observations of a histogram.
    #[must_use]
    pub fn sum(mut self) -> Self {
        self.name.push_str("_sum");
        self
    }

    pub(super) fn has(&self, label: &str) -> bool {
        TARGET.contains(&label) || self.labels.iter().any(|own| own == label)
    }
}

impl From<&Descriptor> for Metric {
    fn from(family: &Descriptor) -> Self {
        let labels: Vec<_> = family.dimensions.iter().map(|dimension| dimension.name).collect();
        Self::new(family.name, &labels)
    }
}

impl From<&Self> for Metric {
    fn from(metric: &Self) -> Self {
        metric.clone()
    }
}
