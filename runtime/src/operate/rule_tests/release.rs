//! The scenarios of the release gates: an old and a new version serve side by side.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::document::{ExprTest, Input, Sample, Test, TestFile};
use super::objective::growing;
use crate::declare::series::{self, GOOD, label};
use crate::operate::facts::Facts;
use crate::operate::indicator::Indicator;
use crate::operate::promql::{Expr, Selector, Window, count_by};
use crate::operate::release_gate::{limit, query};
use crate::operate::rules::INTERVAL;

/// Events between two samples of an instance.
const EVENTS: u32 = 100_000;
/// The number of samples.
const SAMPLES: u32 = 40;
/// When the gates are asked.
const AT: Window = Window::minutes(15);
const OLD: &str = "1.0.0";
const NEW: &str = "1.1.0";

/// A test of each kind of new version, with the gates of all indicators. Of the old version all events are bad, which no gate
/// may hold against the new one.
pub(super) fn tests(indicators: &[Indicator], facts: &Facts) -> TestFile {
    let release = |name: &str, new: &dyn Fn(&Indicator) -> Events, verdict| {
        release(name, indicators, facts, new, verdict)
    };
    let times = |factor: Decimal| move |indicator: &Indicator| Events::burning(indicator, factor);
    let mut tests = vec![
        release("the new version is good", &times(limit() / Decimal::TWO), Verdict::Good),
        release("the new version is bad", &times(limit() * Decimal::TWO), Verdict::Bad),
        release("the new version has no traffic", &|_| Events::none(), Verdict::None),
    ];
    // With a minimum of one bad event, a single failure makes a version bad.
    if facts.min_bad_events > 1 {
        let name = "the new version has one event, which is bad";
        tests.push(release(name, &|_| Events::one_that_is_bad(), Verdict::Good));
    }
    TestFile::new(facts, tests)
}

/// What a gate says of the new version.
#[derive(Clone, Copy)]
enum Verdict {
    Good,
    Bad,
    /// It waits for traffic.
    None,
}

/// The samples of an instance's counters.
struct Events {
    good: String,
    bad: String,
}

impl Events {
    /// Of so many events the bad ones are `factor` times the budget of `indicator`.
    fn burning(indicator: &Indicator, factor: Decimal) -> Self {
        let bad = (factor * indicator.budget()).min(Decimal::ONE) * Decimal::from(EVENTS);
        let bad = bad.to_u32().unwrap_or(EVENTS);
        Self { good: growing(EVENTS - bad, SAMPLES), bad: growing(bad, SAMPLES) }
    }

    fn all_bad() -> Self {
        Self { good: format!("0x{SAMPLES}"), bad: growing(EVENTS, SAMPLES) }
    }

    fn none() -> Self {
        Self { good: format!("0x{SAMPLES}"), bad: format!("0x{SAMPLES}") }
    }

    fn one_that_is_bad() -> Self {
        let last = SAMPLES - 25;
        Self { good: format!("0x{SAMPLES}"), bad: format!("0x25 1x{last}") }
    }

    fn series(self, indicator: &Indicator, facts: &Facts, instance: &str) -> [Input; 2] {
        let total = indicator.total(facts);
        let input = |selector: Selector, values| Input {
            series: selector.with("instance", instance).to_string(),
            values,
        };
        [input(total.with(label::OUTCOME, GOOD), self.good), input(indicator.bad(facts), self.bad)]
    }
}

fn release(
    name: &str,
    indicators: &[Indicator],
    facts: &Facts,
    new: &dyn Fn(&Indicator) -> Events,
    verdict: Verdict,
) -> Test {
    let mut input_series = Vec::new();
    for version in [OLD, NEW] {
        let info = facts.select(facts.metric(&series::BUILD_INFO)).with(label::VERSION, version);
        let series = info.with("instance", version).to_string();
        input_series.push(Input { series, values: format!("1x{SAMPLES}") });
    }
    for indicator in indicators {
        input_series.extend(Events::all_bad().series(indicator, facts, OLD));
        input_series.extend(new(indicator).series(indicator, facts, NEW));
    }
    Test {
        name: name.to_owned(),
        interval: facts.scaled(INTERVAL),
        input_series,
        alerts: Vec::new(),
        expressions: indicators.iter().flat_map(|one| verdicts(one, facts, verdict)).collect(),
    }
}

/// Asks whether the gate's conditions for a bad and for a good version hold.
fn verdicts(indicator: &Indicator, facts: &Facts, verdict: Verdict) -> [ExprTest; 2] {
    let burn = || query(indicator, facts, NEW);
    let holds = |condition: Expr, holds| ExprTest {
        // The count of series rather than their value, which is a fraction.
        expr: count_by::<[&str; 0]>([], condition).to_string(),
        eval_time: facts.scaled(AT),
        exp_samples: if holds {
            vec![Sample { labels: "{}".to_owned(), value: 1.0 }]
        } else {
            Vec::new()
        },
    };
    [
        holds(burn().at_least(limit()), matches!(verdict, Verdict::Bad)),
        holds(burn().below(limit()), matches!(verdict, Verdict::Good)),
    ]
}
