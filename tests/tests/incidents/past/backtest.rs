//! What `backtest` says of each incident, beside what promtool says.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use goldsignal::declare::catalog::Catalog;
use serde_json::Value;

use super::prometheus::{OpenMetrics, Prometheus};
use crate::incident::Incident;
use crate::incidents::{INCIDENTS, REPLAYED};
use crate::replay::course;
use crate::replay::exposition::Marks;
use crate::rules;

/// When the incidents' first scrapes were, in seconds before now. None lasts as long.
const AGO: u64 = 12 * 3_600;
/// How often rules of hours and rules of days are evaluated.
const HALF_MINUTE: i64 = 30;
const FIVE_MINUTES: i64 = 300;

/// Backfills all incidents, and panics where other alerts would have fired than promtool says, or at other times.
pub(crate) async fn run() {
    let incidents: Vec<&'static Incident> = INCIDENTS.iter().chain(&*REPLAYED).collect();
    let marks = Marks::measured(&incidents).await;
    let begin = (now() - AGO) / 300 * 300;
    let mut samples = OpenMetrics::default();
    for incident in &incidents {
        samples.add(&course::series(incident, &marks).await, begin);
    }
    let prometheus = Prometheus::with(samples).await;
    let folder = tempfile::tempdir().unwrap();
    let mut faults = Vec::new();
    for incident in &incidents {
        let facts = folder.path().join("facts.toml");
        fs::write(&facts, rules::facts_file(incident.name, 1)).unwrap();
        let reports = backtest(&prometheus.url(), &facts, &["--days", "1"]);
        let of_incident = i64::try_from(begin + incident.before.as_secs()).unwrap();
        faults.extend(fault(incident, &reports, of_incident));
    }
    println!(
        "incidents: of {} in a Prometheus' past, backtest fires the alerts of {}",
        incidents.len(),
        incidents.len() - faults.len(),
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The reports of `operate backtest --json`.
pub(super) fn backtest(url: &str, facts: &Path, more: &[&str]) -> Value {
    let facts = facts.to_str().unwrap();
    let arguments = ["backtest", "--json", "--prometheus", url, "--facts", facts];
    let arguments = arguments.iter().chain(more).map(OsString::from);
    let (mut out, mut error) = (Vec::new(), Vec::new());
    let code = goldsignal::operate::run(&Catalog::linked(), arguments, &mut out, &mut error);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&error));
    serde_json::from_slice(&out).unwrap()
}

/// What differs: which alerts fire, or when, in seconds since the incident began.
fn fault(incident: &Incident, reports: &Value, of_incident: i64) -> Option<String> {
    let of_objectives = |name: &str| {
        ["BurnsFast", "BurnsSlowly", "BudgetSpent"].iter().any(|end| name.ends_with(end))
    };
    let expected = incident.fires().filter(|alert| of_objectives(&alert.name));
    let mut expected: Vec<_> = expected
        .map(|alert| (alert.name.as_str(), alert.severity, i64::from(alert.after)))
        .collect();
    let reports = reports.as_array().unwrap().iter();
    let alerts = reports.flat_map(|report| report["alerts"].as_array().unwrap());
    let text = |alert: &'static str| move |value: &Value| value[alert].as_str().unwrap().to_owned();
    let fired: Vec<_> = alerts
        .map(|alert| {
            (
                text("alert")(alert),
                text("severity")(alert),
                seconds(&text("starts")(alert)) - of_incident,
            )
        })
        .collect();
    let is_same = |expected: &(&str, &str, i64), fired: &(String, String, i64)| {
        let step = if expected.0.ends_with("BurnsFast") { HALF_MINUTE } else { FIVE_MINUTES };
        (expected.0, expected.1) == (&*fired.0, &*fired.1) && (expected.2 - fired.2).abs() <= step
    };
    let mut others = Vec::new();
    for one in &fired {
        match expected.iter().position(|expected| is_same(expected, one)) {
            Some(at) => drop(expected.remove(at)),
            None => others.push(one),
        }
    }
    let is_equal = expected.is_empty() && others.is_empty();
    (!is_equal).then(|| format!("{}: promtool {expected:?}, backtest {others:?}", incident.name))
}

/// `2026-11-30T20:31:30Z` in seconds since 1970.
pub(super) fn seconds(time: &str) -> i64 {
    let number = |from: usize, to: usize| time[from..to].parse::<i64>().unwrap();
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    // Days before a month of the year that begins in March.
    let (year, month) = if month < 3 { (year - 1, month + 12) } else { (year, month) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day;
    (days - 719_469) * 86_400 + number(11, 13) * 3_600 + number(14, 16) * 60 + number(17, 19)
}

#[test]
fn a_time_is_read_as_seconds() {
    let times =
        ["1970-01-01T00:00:00Z", "2000-02-29T00:00:00Z", "2026-11-30T20:31:30Z"].map(seconds);
    assert_eq!(times, [0, 951_782_400, 1_796_070_690]);
}
