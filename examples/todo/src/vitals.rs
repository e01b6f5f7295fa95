//! Web vitals: how fast and how steady the pages of the web front end are, as its visitors' browsers measure it.

use goldsignal::{
    Counter, Fault, Histogram, Label, Labels, Metrics, Severity, Slo, business_counter, observed,
};
use serde::Deserialize;

/// Of the pages, 95 % show their main content within 4 seconds.
const PAGES: Slo = Slo::new("pages", include_str!("../runbooks/pages.md"))
    .availability(95.0)
    .severity(Severity::Ticket);

/// Metrics of the web front end's pages.
#[derive(Debug, Metrics)]
pub struct VitalMetrics {
    /// Web vitals that browsers reported, by their rating.
    pub web_vitals_total: Counter<ByVital>,
    /// Time until the main content was shown (LCP).
    #[metric(buckets = [0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4, 6, 10])]
    pub web_vital_lcp_seconds: Histogram<ByPage>,
    /// Time until the page answered what somebody did (INP).
    #[metric(buckets = [0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2])]
    pub web_vital_inp_seconds: Histogram<ByPage>,
    /// Time until the first byte came (TTFB).
    #[metric(buckets = [0.05, 0.1, 0.2, 0.4, 0.8, 1.2, 1.8, 3, 5])]
    pub web_vital_ttfb_seconds: Histogram<ByPage>,
    /// How much of the page moved, and how far (CLS): may exceed 1.
    #[metric(buckets = [0, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1])]
    pub web_vital_cls_ratio: Histogram<ByPage>,
}

/// The labels of counted vitals.
#[derive(Debug, Labels)]
pub struct ByVital {
    /// What was measured.
    pub vital: Metric,
    /// On which page.
    pub page: Page,
    /// How good it was.
    pub rating: Rating,
}

/// The label of measured vitals.
#[derive(Debug, Labels)]
pub struct ByPage {
    /// On which page.
    pub page: Page,
}

/// The template of a page, as the front end's routes and its own metrics have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Label)]
pub enum Page {
    /// Where people say who they are.
    #[serde(rename = "/")]
    #[label(rename = "/")]
    Home,
    /// A user's tasks.
    #[serde(rename = "/u/[user]")]
    #[label(rename = "/u/[user]")]
    Tasks,
    /// Any address that leads nowhere.
    #[serde(rename = "/_not-found")]
    #[label(rename = "/_not-found")]
    NotFound,
}

/// What is measured: see <https://web.dev/articles/vitals>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Label)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// Largest contentful paint.
    Lcp,
    /// Interaction to next paint.
    Inp,
    /// Time to first byte.
    Ttfb,
    /// Cumulative layout shift.
    Cls,
}

/// How good a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Label)]
#[serde(rename_all = "kebab-case")]
pub enum Rating {
    /// As it should.
    Good,
    /// Neither good nor poor.
    NeedsImprovement,
    /// Visitors notice it.
    Poor,
}

/// The measurements of one page view.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    page: Page,
    vitals: Vec<Vital>,
}

/// One measurement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vital {
    metric: Metric,
    /// Seconds, or the score of the layout shift.
    value: f64,
    rating: Rating,
}

impl Metric {
    /// Up to which value it is good, and up to which it is not poor yet.
    const fn bounds(self) -> (f64, f64) {
        match self {
            Self::Lcp => (2.5, 4.0),
            Self::Inp => (0.2, 0.5),
            Self::Ttfb => (0.8, 1.8),
            Self::Cls => (0.1, 0.25),
        }
    }

    /// The largest value that is believed: ten minutes, or everything moved many times.
    const fn most(self) -> f64 {
        if matches!(self, Self::Cls) { 1000.0 } else { 600.0 }
    }

    fn rate(self, value: f64) -> Rating {
        let (good, fair) = self.bounds();
        match value {
            value if value <= good => Rating::Good,
            value if value <= fair => Rating::NeedsImprovement,
            _ => Rating::Poor,
        }
    }
}

impl Report {
    /// Why nothing of the report can be counted, if so. A view of a page measures each vital once.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let Self { vitals, .. } = self;
        let is_repeated =
            |at: usize| vitals[..at].iter().any(|earlier| earlier.metric == vitals[at].metric);
        if vitals.is_empty() {
            return Some("`vitals` is empty");
        }
        if (0..vitals.len()).any(is_repeated) {
            return Some("`vitals` has a metric twice");
        }
        vitals.iter().find_map(Vital::fault)
    }

    /// Counts all of it.
    pub(crate) fn record(&self) {
        for vital in &self.vitals {
            record(self.page, vital);
            if vital.metric == Metric::Lcp {
                // Its outcome is counted; nobody waits for it.
                let _ = show_page(vital.rating);
            }
        }
    }
}

impl Vital {
    fn fault(&self) -> Option<&'static str> {
        let Self { metric, value, rating } = *self;
        if !(0.0..=metric.most()).contains(&value) {
            return Some("`value` is out of range");
        }
        (metric.rate(value) != rating).then_some("`rating` does not follow from `value`")
    }
}

#[business_counter(VitalMetrics::web_vitals_total, ByVital { vital: vital.metric, page, rating: vital.rating })]
fn record(page: Page, vital: &Vital) {
    let metrics = VitalMetrics::get();
    let histogram = match vital.metric {
        Metric::Lcp => &metrics.web_vital_lcp_seconds,
        Metric::Inp => &metrics.web_vital_inp_seconds,
        Metric::Ttfb => &metrics.web_vital_ttfb_seconds,
        Metric::Cls => &metrics.web_vital_cls_ratio,
    };
    histogram.observe(ByPage { page }, vital.value);
}

/// The page took more than 4 seconds.
#[derive(Debug, thiserror::Error, Fault)]
#[error("the page took more than 4 seconds")]
#[fault(status = 504, error_type = "slow_page")]
struct SlowPage;

/// Shows a page. It happened in a browser, which tells how fast that was.
#[observed(slo = PAGES, level = debug)]
fn show_page(rating: Rating) -> Result<(), SlowPage> {
    if rating == Rating::Poor { Err(SlowPage) } else { Ok(()) }
}
