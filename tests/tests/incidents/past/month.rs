//! Thirty days in a real Prometheus, which are more than promtool's tests of rules can hold: the spent budget and the
//! tickets are those that follow from the events.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;

use serde_json::Value;

use super::backtest::{backtest, now, seconds};
use super::prometheus::{OpenMetrics, Prometheus};
use crate::rules;

const SERVICE: &str = "month";
const SELECT: &str = "{job=\"month\", slo=\"api-availability\"}";
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// How often rules of days are evaluated.
const INTERVAL: u64 = 5 * MINUTE;
/// When in each minute the service is scraped. None of the windows begins when a rule sees a scrape: whether such a sample
/// belongs to the window depends on the version of Prometheus.
const SCRAPE: u64 = 15;
const EVENTS: u64 = 600;
/// What 99.9 % allow.
const BUDGET: f64 = 0.001;

/// A month of events that ends at a time, in seconds since 1970.
struct Month {
    begin: u64,
    end: u64,
    /// How many bad events there have been at each scrape.
    bad: Vec<u64>,
}

impl Month {
    fn until(end: u64) -> Self {
        let begin = end - 31 * DAY;
        let minutes = (begin + MINUTE..end).step_by(60);
        let mut bad = vec![0];
        bad.extend(minutes.scan(0, |sum, minute| {
            *sum += Self::bad_of(end - minute);
            Some(*sum)
        }));
        Self { begin, end, bad }
    }

    /// The bad events of a minute, so many seconds before the end: all of 40 minutes 29 days ago, and half a per cent,
    /// five times the budget, for 16 hours of the last day.
    fn bad_of(ago: u64) -> u64 {
        if ago <= 29 * DAY && ago > 29 * DAY - 40 * MINUTE {
            EVENTS
        } else if ago <= 20 * HOUR && ago > 4 * HOUR {
            EVENTS / 200
        } else {
            0
        }
    }

    /// What Prometheus scraped.
    fn samples(&self) -> OpenMetrics {
        let mut samples = OpenMetrics::default();
        let target = format!("namespace=\"shop\",job=\"{SERVICE}\",instance=\"a:9464\"");
        let counter = |outcome| {
            format!("slo_events_total{{{target},slo=\"api-availability\",outcome=\"{outcome}\"}}")
        };
        let series = [counter("good"), counter("bad"), format!("up{{{target}}}")];
        for (number, bad) in (0..).zip(&self.bad) {
            let time = self.begin + number * MINUTE + SCRAPE;
            for (series, value) in series.iter().zip([number * EVENTS - bad, *bad, 1]) {
                samples.push(series, value, time);
            }
        }
        samples
    }

    /// All events and bad ones that rules saw in a range of time, whose begin is not in it. They see a scrape when so many
    /// seconds of its minute are over.
    fn events(&self, range: &Range<u64>, second: u64) -> (f64, f64) {
        let last = |at: u64| {
            let seen = (at - second).saturating_sub(self.begin) / MINUTE;
            usize::try_from(seen).unwrap().min(self.bad.len() - 1)
        };
        let (before, last) = (last(range.start), last(range.end));
        let (count, bad) = ((last - before) as u64, self.bad[last] - self.bad[before]);
        #[expect(clippy::cast_precision_loss, reason = "some millions")]
        ((count * EVENTS) as f64, bad as f64)
    }

    /// The share of bad events in a window that ends then.
    fn bad_share(&self, at: u64, window: u64, second: u64) -> f64 {
        let (all, bad) = self.events(&(at - window..at), second);
        bad / all
    }
}

/// When rules were evaluated, in seconds since 1970: Prometheus gives each group its fraction of a second, and these are
/// the whole ones that follow.
struct Evaluations {
    /// The second of a minute at which rules of hours see a scrape.
    seen: u64,
    /// Those of rules of days, within the last two days.
    days: Vec<u64>,
}

impl Evaluations {
    async fn of(month: &Month, prometheus: &Prometheus) -> Self {
        let last = async |record: &str| {
            let query = format!("timestamp({record}{SELECT})");
            let got = prometheus.values(&query, month.end..month.end, 1).await;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "since 1970"
            )]
            let second = got[0].1.ceil() as u64;
            second
        };
        let seen = SCRAPE + (30 + last("slo:sli_total:increase").await % 30 - SCRAPE) % 30;
        let last = last("slo:sli_error:ratio_rate30d").await;
        Self {
            seen,
            days: (0..2 * DAY / INTERVAL).rev().map(|ago| last - ago * INTERVAL).collect(),
        }
    }

    /// Those at which a condition is met.
    fn at(&self, is_met: impl Fn(u64) -> bool) -> BTreeSet<u64> {
        self.days.iter().copied().filter(|time| is_met(*time)).collect()
    }
}

/// Panics where Prometheus, or a backtest of it, says anything else than what follows from the events.
pub(crate) async fn run() {
    let month = Month::until(now() / INTERVAL * INTERVAL);
    let mut prometheus = Prometheus::with(month.samples()).await;
    // What is computed from counters is evaluated at whole half-minutes.
    let counted = judged(&month, &prometheus, 30);
    assert!(counted["steps_from_recorded_rules"] == 0, "{counted}");

    let groups = rules::all(SERVICE);
    let (days, all) = (month.end - 2 * DAY..month.end, month.begin..month.end);
    // Each reads what those before it recorded.
    prometheus.record(&groups, &["slo:sli_total:increase"], all.clone()).await;
    prometheus.record(&groups, &["slo:sli_bad:increase"], all).await;
    let ratios = ["2h", "6h", "1d", "3d", "30d"].map(|of| format!("slo:sli_error:ratio_rate{of}"));
    prometheus.record(&groups, &ratios.each_ref().map(String::as_str), days.clone()).await;
    let results = [
        "slo:burns_slowly:ratio",
        "slo:budget_spent:ratio",
        "slo:period_error_budget_remaining:ratio",
    ];
    prometheus.record(&groups, &results, days).await;

    let evaluations = Evaluations::of(&month, &prometheus).await;
    let recorded = judged(&month, &prometheus, evaluations.seen.next_multiple_of(30));
    assert!(recorded["steps_from_counters"].as_u64() < Some(100), "{recorded}");
    budget(&month, &prometheus, &evaluations).await;
    tickets(&month, &prometheus, &evaluations, &[counted, recorded]).await;
}

/// A backtest, whose numbers are those of the events.
fn judged(month: &Month, prometheus: &Prometheus, second: u64) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let facts = folder.path().join("facts.toml");
    fs::write(&facts, rules::facts_file(SERVICE, 1)).unwrap();
    let reports = backtest(&prometheus.url(), &facts, &["--slo", "api-availability"]);
    let report = reports[0].clone();
    let time = |name: &str| u64::try_from(seconds(report[name].as_str().unwrap())).unwrap();
    let (all, bad) = month.events(&(time("start")..time("end")), second);
    assert_eq!((&report["events"], &report["bad_events"]), (&all.into(), &bad.into()), "{report}");
    assert!(
        is_near(report["budget_spent_ratio"].as_f64().unwrap(), bad / all / BUDGET),
        "{report}"
    );
    let pages = report["alerts"].as_array().unwrap().iter().filter(|one| one["severity"] == "page");
    let pages: Vec<_> = pages.map(|one| seconds(one["starts"].as_str().unwrap())).collect();
    // More than 1.4 % of an hour are bad after the first scrape of the outage.
    assert_eq!(pages, [i64::try_from(month.end - 29 * DAY + second).unwrap()]);
    report
}

fn is_near(one: f64, other: f64) -> bool {
    (one / other - 1.0).abs() < 1e-9
}

async fn budget(month: &Month, prometheus: &Prometheus, evaluations: &Evaluations) {
    let last = *evaluations.days.last().unwrap();
    let share = |days| month.bad_share(last, days * DAY, evaluations.seen);
    for (record, expected) in [
        ("slo:sli_error:ratio_rate30d", share(30)),
        ("slo:sli_error:ratio_rate3d", share(3)),
        ("slo:sli_error:ratio_rate1d", share(1)),
        ("slo:period_error_budget_remaining:ratio", 1.0 - share(30) / BUDGET),
    ] {
        let query = format!("{record}{SELECT}");
        let got = prometheus.values(&query, month.end..month.end, 1).await;
        let is_expected = matches!(got[..], [(_, value)] if is_near(value, expected));
        assert!(is_expected, "{record}: {got:?}, not {expected}");
        println!("incidents: {record} of a month is {expected}, as computed from its events");
    }
}

async fn tickets(
    month: &Month,
    prometheus: &Prometheus,
    evaluations: &Evaluations,
    reports: &[Value],
) {
    let share = |at, window| month.bad_share(at, window, evaluations.seen);
    let slowly = evaluations.at(|at| {
        let burns = |long, short, factor: f64| {
            share(at, long) > factor * BUDGET && share(at, short) > factor * BUDGET
        };
        burns(DAY, 2 * HOUR, 3.0) || burns(3 * DAY, 6 * HOUR, 1.0)
    });
    let spent = evaluations.at(|at| share(at, 30 * DAY) >= BUDGET);
    let held = |met: &BTreeSet<u64>| {
        let is_held =
            |at: u64| (0..HOUR / INTERVAL).any(|ago| met.contains(&(at - ago * INTERVAL)));
        evaluations.at(is_held)
    };
    for (alert, expected) in [
        ("ApiAvailabilityBurnsSlowly", held(&slowly)),
        ("ApiAvailabilityBudgetSpent", held(&spent)),
    ] {
        let rules = rules::alerts(SERVICE).into_iter();
        let rule = rules.into_iter().find(|rule| rule.alert == alert).unwrap();
        let (first, last) = (evaluations.days[0], *evaluations.days.last().unwrap());
        let got = prometheus.values(&rule.expr.to_string(), first..last, INTERVAL).await;
        let got: BTreeSet<_> = got.into_iter().map(|(time, _)| time).collect();
        assert!(expected.len() > 10, "{alert}: {expected:?}");
        assert_eq!(got, expected, "{alert}");
        let begin = i64::try_from(*expected.first().unwrap()).unwrap();
        for report in reports {
            let alerts = report["alerts"].as_array().unwrap().iter();
            let mut starts = alerts
                .filter(|one| one["alert"] == alert)
                .map(|one| seconds(one["starts"].as_str().unwrap()));
            let is_same = |start: i64| start.abs_diff(begin) <= INTERVAL;
            assert!(starts.any(is_same), "{alert} from {begin}: {report}");
        }
    }
}
