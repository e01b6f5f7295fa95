//! The scenarios of an objective.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::document::{AlertTest, Expected, ExprTest, Input, Sample, Test, TestFile};
use crate::declare::series::GOOD;
use crate::declare::series::label;
use crate::operate::facts::Facts;
use crate::operate::foreign;
use crate::operate::indicator::Indicator;
use crate::operate::promql::{Expr, Window};
use crate::operate::rules::group_names;
use crate::operate::rules::{Alert, INTERVAL, Rule, burn, recorded};
use crate::operate::text::{self, BurnTexts};

/// Events between two samples of a busy service: so many that the smallest budget is a whole number of events.
const BUSY: u32 = 100_000;

/// All tests of an indicator.
pub(super) fn tests(indicator: &Indicator, facts: &Facts) -> TestFile {
    let scenarios = Scenarios { indicator, facts, alerts: alerts(indicator, facts) };
    let mut tests = vec![
        scenarios.everything_fails(),
        scenarios.recovers(),
        scenarios.bursts(),
        scenarios.burns_for_hours(),
        scenarios.burns_slowly(),
        scenarios.stays_within_budget(),
        scenarios.no_traffic(),
        scenarios.counters_are_reset(),
        scenarios.fails_at_low_traffic(),
        scenarios.new_instance_fails(),
        scenarios.is_scraped_again(),
    ];
    // With a minimum of one or two bad events, this single failure may fire an alert.
    if facts.min_bad_events > 2 {
        tests.push(scenarios.one_failure_among_few_events());
    }
    TestFile {
        group_eval_order: group_names(indicator, facts).into(),
        ..TestFile::new(facts, tests)
    }
}

/// The alerts of an indicator: the page, the ticket, and the one of the spent budget.
fn alerts(indicator: &Indicator, facts: &Facts) -> Vec<Alert> {
    burn::rules(indicator, facts).iter().filter_map(Rule::alert).cloned().collect()
}

struct Scenarios<'a> {
    indicator: &'a Indicator,
    facts: &'a Facts,
    alerts: Vec<Alert>,
}

impl Scenarios<'_> {
    fn everything_fails(&self) -> Test {
        let mut test = self.test("everything fails", "0x120".to_owned(), growing(BUSY, 120));
        let at = self.facts.scaled(Window::minutes(10));
        test.expressions.push(self.firing(at, |_| true));
        test.alerts.extend(self.page().map(|page| AlertTest {
            eval_time: at,
            alertname: page.alert.clone(),
            exp_alerts: vec![self.expected_page(page)],
        }));
        test
    }

    /// The page ends when its short windows contain no failures any more; the windows of the ticket still do.
    fn recovers(&self) -> Test {
        let good = format!("0x20 {}", growing(BUSY, 160));
        let bad = format!("{} {}x160", growing(BUSY, 20), u64::from(BUSY) * 20);
        let mut test = self.test("it recovers after ten minutes", good, bad);
        let at = self.facts.scaled(Window::minutes(65));
        test.expressions.push(self.firing(at, |alert| !is_fast(alert)));
        test
    }

    /// After six good hours, a burst spends the budget of a whole day in an hour. That is not yet enough for the
    /// windows of six hours.
    fn bursts(&self) -> Test {
        let budget = self.indicator.budget();
        let share = (budget * Decimal::ONE_HUNDRED).min(Decimal::ONE);
        let minutes = (Decimal::from(24 * 60) * budget / share).ceil();
        let minutes = minutes.to_u32().unwrap_or(60);
        let bad = (share * Decimal::from(BUSY)).to_u32().unwrap_or(BUSY);
        let after = |hours: u32, step: u32| {
            let start = u64::from(hours) * 720;
            format!("{start}+{step}x{}", 2 * minutes)
        };
        let good = format!("{} {}", growing(BUSY, 719), after(BUSY, BUSY - bad));
        let bad = format!("0x719 {}", after(0, bad));
        let mut test = self.test("a burst after six good hours", good, bad);
        let end = self.facts.scaled(Window::minutes(u64::from(360 + minutes)));
        test.expressions.push(self.firing(end, |_| true));
        test
    }

    /// Too slow for the windows of one hour.
    fn burns_for_hours(&self) -> Test {
        let (good, bad) = self.steady(Decimal::from(8), 120);
        let mut test = self.test("the budget burns eight times as fast as it lasts", good, bad);
        let at = self.facts.scaled(Window::minutes(30));
        test.expressions.push(self.firing(at, |_| true));
        test
    }

    fn burns_slowly(&self) -> Test {
        let (good, bad) = self.steady(Decimal::TWO, 120);
        let mut test = self.test("the budget burns twice as fast as it lasts", good, bad);
        let at = self.facts.scaled(Window::minutes(30));
        test.expressions.push(self.firing(at, |alert| !is_fast(alert)));
        test
    }

    fn stays_within_budget(&self) -> Test {
        let (good, bad) = self.steady(Decimal::new(5, 1), 240);
        let mut test = self.test("half of the budget is used", good, bad);
        for minutes in [10, 60, 120] {
            test.expressions.push(self.silent(Window::minutes(minutes)));
        }
        test
    }

    fn no_traffic(&self) -> Test {
        let flat = || "0x240".to_owned();
        let mut test = self.test("there is no traffic", flat(), flat());
        test.expressions.push(self.silent(Window::minutes(120)));
        // No series, rather than NaN.
        let ratio = self.indicator.recorded(self.facts, &recorded::error_ratio(Window::hours(1)));
        test.expressions.push(ExprTest {
            expr: ratio.to_string(),
            eval_time: self.facts.scaled(Window::minutes(120)),
            exp_samples: Vec::new(),
        });
        test
    }

    fn counters_are_reset(&self) -> Test {
        let (good, bad) = self.steady(Decimal::new(5, 1), 40);
        let thrice = |values: String| format!("{values} {values} {values}");
        let mut test = self.test("deployments reset the counters", thrice(good), thrice(bad));
        for minutes in [22, 45, 60] {
            test.expressions.push(self.silent(Window::minutes(minutes)));
        }
        test
    }

    /// One event in five minutes, one of them bad: a large share of very few events.
    fn one_failure_among_few_events(&self) -> Test {
        let good = (0..12).map(|events| format!("{events}x9")).collect::<Vec<_>>().join(" ");
        let mut test = self.test("one failure among few events", good, "0x40 1x79".to_owned());
        for minutes in [25, 30, 55] {
            test.expressions.push(self.silent(Window::minutes(minutes)));
        }
        test
    }

    /// One event a minute, all bad: low traffic does not hide an outage.
    fn fails_at_low_traffic(&self) -> Test {
        let minutes = u64::from(self.facts.min_bad_events) * 3 / 2 + 15;
        let bad: Vec<_> = (0..=minutes).map(|event| format!("{event}x1")).collect();
        let mut test = self.test(
            "everything fails at low traffic",
            format!("0x{}", 2 * minutes),
            bad.join(" "),
        );
        let at = self.facts.scaled(Window::minutes(minutes));
        test.expressions.push(self.firing(at, |_| true));
        test
    }

    /// All events of a new instance were bad before it was scraped first. They are counted.
    fn new_instance_fails(&self) -> Test {
        let quiet = growing(1, 60);
        let mut test = self.test("a new instance fails at first", quiet, "0x60".to_owned());
        test.input_series.extend(self.counters(
            "2",
            "_x20 0x40".to_owned(),
            format!("_x20 {BUSY}x40"),
        ));
        test.expressions.push(self.firing(self.facts.scaled(Window::minutes(12)), |_| true));
        test
    }

    /// Its counters are not new, so what they have is not counted again.
    fn is_scraped_again(&self) -> Test {
        let counted = |by: u32| format!("_x60 {by}x60");
        let mut test = self.test("an instance is scraped again", counted(BUSY), counted(BUSY));
        let up = self.facts.select(foreign::up()).with("instance", "1");
        let values = "0x59 1x60".to_owned();
        test.input_series.push(Input { series: up.to_string(), values });
        for minutes in [31, 60] {
            test.expressions.push(self.silent(Window::minutes(minutes)));
        }
        test
    }

    /// The counters of good and of bad events of an instance.
    fn counters(&self, instance: &str, good: String, bad: String) -> [Input; 2] {
        let good_events = self.indicator.total(self.facts).with(label::OUTCOME, GOOD);
        [(good_events, good), (self.indicator.bad(self.facts), bad)].map(|(selector, values)| {
            Input { series: selector.with("instance", instance).to_string(), values }
        })
    }

    fn test(&self, name: &str, good: String, bad: String) -> Test {
        Test {
            name: name.to_owned(),
            interval: self.facts.scaled(INTERVAL),
            input_series: self.counters("1", good, bad).into(),
            alerts: Vec::new(),
            expressions: Vec::new(),
        }
    }

    /// The counters of a busy service whose bad events are `times` its budget.
    fn steady(&self, times: Decimal, samples: u32) -> (String, String) {
        let bad = (times * self.indicator.budget() * Decimal::from(BUSY)).round().to_u32();
        // No more than all events can be bad.
        let bad = bad.unwrap_or(BUSY).min(BUSY);
        (growing(BUSY - bad, samples), growing(bad, samples))
    }

    /// Expects that exactly the alerts fire whose alert `fires` accepts.
    fn firing(&self, at: Window, fires: impl Fn(&Alert) -> bool) -> ExprTest {
        let firing = self.alerts.iter().filter(|alert| fires(alert));
        ExprTest {
            expr: self.all_firing().to_string(),
            eval_time: at,
            exp_samples: firing
                .map(|alert| Sample { labels: self.series(alert), value: 1.0 })
                .collect(),
        }
    }

    fn silent(&self, after: Window) -> ExprTest {
        self.firing(self.facts.scaled(after), |_| false)
    }

    fn all_firing(&self) -> Expr {
        Expr::from(
            self.facts
                .identity()
                .of_alerts(foreign::alerts())
                .with("alertstate", "firing")
                .with(label::SLO, self.indicator.name.as_str()),
        )
    }

    fn series(&self, alert: &Alert) -> String {
        let mut labels = alert.labels.clone();
        labels.insert("alertname".to_owned(), alert.alert.clone());
        labels.insert("alertstate".to_owned(), "firing".to_owned());
        labels.insert("job".to_owned(), self.facts.job().to_owned());
        let labels: Vec<_> = labels
            .iter()
            .map(|(name, value)| format!("{name}={}", Expr::Text(value.clone())))
            .collect();
        format!("ALERTS{{{}}}", labels.join(", "))
    }

    fn page(&self) -> Option<&Alert> {
        self.alerts.iter().find(|alert| is_fast(alert))
    }

    /// The complete page while everything fails.
    fn expected_page(&self, page: &Alert) -> Expected {
        let mut labels = page.labels.clone();
        labels.insert("job".to_owned(), self.facts.job().to_owned());
        let mut annotations = page.annotations.clone();
        let (burns, _) = burn::feasible(&burn::fast(), self.indicator.budget());
        let factor = (Decimal::ONE / self.indicator.budget())
            .round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero)
            .normalize();
        let texts = BurnTexts {
            share: "100%".to_owned(),
            factor: factor.to_string(),
            lasts: text::SPENT.to_owned(),
            // The instance of the input series.
            worst: " Bad events on 1 of 1 instances: 1 100%.".to_owned(),
        };
        let window = text::shortest(&burns);
        let texts = [
            ("summary", texts.summary(self.indicator, self.facts)),
            ("description", texts.description(self.indicator, window)),
        ];
        annotations.extend(texts.map(|(name, text)| (name.to_owned(), text)));
        Expected { exp_labels: labels, exp_annotations: annotations }
    }
}

/// Whether it is the alert that the budget burns fast.
fn is_fast(alert: &Alert) -> bool {
    alert.alert.ends_with(burn::FAST)
}

/// A counter that grows by `by` from sample to sample.
pub(super) fn growing(by: u32, samples: u32) -> String {
    format!("0+{by}x{samples}")
}
