//! The labels can form more series than the metric's budget.
//! 2 errors: each metric has one.
use goldsignal::{Counter, Labels, Metrics};

#[derive(Labels)]
struct By<'a> {
    #[label(budget = 100)]
    tenant: &'a str,
    #[label(budget = 100)]
    source: &'a str,
}

#[derive(Metrics)]
struct Large {
    /// 101 × 101 series.
    tasks_total: Counter<By<'static>>,
    /// The same, of which only so many are wanted.
    #[metric(budget = 50)]
    jobs_total: Counter<By<'static>>,
    /// Enough.
    #[metric(budget = 20_000)]
    calls_total: Counter<By<'static>>,
}

fn main() {}
