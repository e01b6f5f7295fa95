//! The past is what happened, and takes no more memory than is documented.

use super::*;
use crate::declare::buckets::DURATION_SECONDS;
use crate::declare::{Operation, Slo, SourceLocation};
use crate::expose::page::families::{Families, Metric, Series, Value};
use crate::expose::page::reading::{Waiting, busiest_first};
use crate::observe::endpoint;
use crate::observe::read::counts::Ends;
use crate::record::visit::SeriesKind;

/// What docs/limits.md promises.
const PROMISED: u64 = 2 * 1024 * 1024;

fn counts<T>(of: &'static T, total: u64) -> Counts<T> {
    let mut durations = vec![0; DURATION_SECONDS.len() + 1];
    durations[1] = total;
    let ends = Ends { total, failed: total / 2, ..Ends::default() };
    Counts { of, ends, in_flight: 1, bounds: DURATION_SECONDS, durations }
}

fn reading(now: Instant, endpoints: Vec<Counts<Endpoint>>) -> Reading {
    let waiting = Waiting { total: 0, oldest_seconds: 0.0, blocked: 0 };
    let (functions, indicators, families) = (Vec::new(), Vec::new(), Families::default());
    Reading { now, endpoints: busiest_first(endpoints), functions, indicators, families, waiting }
}

fn history() -> History {
    History::new(Grid { bounds: DURATION_SECONDS.to_vec() })
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_minute_of_an_endpoint_is_the_difference_of_two_samples() {
    let (start, mut history) = (Instant::now(), history());
    let endpoint = endpoint::intern("GET", "/history/one");
    for step in 0..10 {
        history
            .sample_parts(&reading(start + seconds(10 * step), vec![counts(endpoint, 100 * step)]));
    }
    let recent = history.recent_endpoint(start + seconds(95), &counts(endpoint, 1000));
    assert!((recent.seconds - 55.0).abs() < 1e-9, "the oldest sample of the last minute");
    assert!((recent.rate() - 600.0 / 55.0).abs() < 1e-9, "{recent:?}");
    assert!((recent.error_ratio().unwrap() - 0.5).abs() < 1e-9, "{recent:?}");
    assert!((recent.quantile(0.5, DURATION_SECONDS).unwrap() - 0.0075).abs() < 1e-9);
    let points = history.endpoint_points(endpoint);
    assert_eq!(points.len(), 9);
    assert!(points.iter().all(|point| (point.rate - 10.0).abs() < 1e-6), "{points:?}");
    assert!(points.iter().all(|point| (point.errors - 5.0).abs() < 1e-6), "{points:?}");
}

#[test]
fn an_endpoint_that_is_new_has_all_of_its_requests_in_the_last_sample() {
    let (start, mut history) = (Instant::now(), history());
    let (old, new) =
        (endpoint::intern("GET", "/history/old"), endpoint::intern("GET", "/history/new"));
    history.sample_parts(&reading(start, vec![counts(old, 5000)]));
    let newer = history.recent_endpoint(start + seconds(4), &counts(new, 40));
    assert!((newer.rate() - 10.0).abs() < 1e-9, "it is new since the last sample");
    let both = vec![counts(old, 5000), counts(new, 40)];
    history.sample_parts(&reading(start + seconds(10), both));
    let rate = |of, total| history.recent_endpoint(start + seconds(20), &counts(of, total)).rate();
    assert!(rate(old, 5000).abs() < 1e-9, "what was before the first sample is not recent");
    assert!((rate(new, 40) - 2.0).abs() < 1e-9);
}

#[test]
fn a_point_of_the_service_is_the_difference_of_two_samples() {
    let (start, mut history) = (Instant::now(), history());
    let endpoint = endpoint::intern("GET", "/history/service");
    for step in 0..400_u32 {
        let totals = history.totals(&[counts(endpoint, u64::from(step) * 20)]);
        history.sample_service(start + INTERVAL * step, 1000.0 + f64::from(step), totals);
    }
    let points: Vec<_> = history.points().collect();
    assert_eq!((points.len(), points[299].time), (300, 1399.0));
    for Point { rate, error_ratio, p99, .. } in points {
        assert!((rate - 10.0).abs() < 1e-6 && (error_ratio.unwrap() - 0.5).abs() < 1e-6);
        assert!((p99.unwrap() - 0.00995).abs() < 1e-6, "{p99:?}");
    }
}

#[test]
fn a_budget_burns_by_the_events_of_five_minutes() {
    static SLO: Slo = Slo::new("burn-of-a-history", "text").availability(99.9);
    let (start, mut history) = (Instant::now(), history());
    let indicator = Indicator { slo: &SLO, name: "availability", good: 7 };
    for step in 0..60 {
        let mut sample = reading(start + seconds(10 * step), Vec::new());
        sample.indicators = vec![(indicator, (step * 100, step))];
        history.sample_parts(&sample);
    }
    let now = start + seconds(592);
    assert_eq!(history.burn(now, &indicator, (6000, 60)), (292.0, 3000, 30));
}

fn family(kind: SeriesKind, series: Vec<Series>) -> Metric {
    let (name, help, unit) = Default::default();
    Metric { name, help, unit, kind, series, left_out: 0, heaviest: None }
}

fn series(key: u64, value: Value) -> Series {
    Series { key, labels: Vec::new(), value, sum: None }
}

#[test]
fn a_counter_has_its_growth_and_a_gauge_its_values() {
    let (start, mut history) = (Instant::now(), history());
    for step in 0..40_u32 {
        let mut sample = reading(start + PART_INTERVAL * step, Vec::new());
        let counter = vec![series(1, Value::Count(20 * u64::from(step)))];
        let mut gauges = vec![series(2, Value::Float(step.into()))];
        if step > 37 {
            gauges.push(series(3, Value::Float(5.0)));
        }
        let counter = family(SeriesKind::Counter, counter);
        sample.families.metrics = vec![counter, family(SeriesKind::Gauge, gauges)];
        history.sample_parts(&sample);
    }
    let growth = history.values(1, true);
    assert_eq!(growth.len(), LONG - 1);
    assert!(growth.iter().all(|rate| (rate - 2.0).abs() < 1e-9), "{growth:?}");
    let recent = history.growth(start + seconds(395), 1, 800.0).unwrap();
    assert!((recent - 120.0 / 55.0).abs() < 1e-9, "{recent}");
    let expected: Vec<f64> = (10..40).map(f64::from).collect();
    assert_eq!(history.values(2, false), expected);
    let new = history.values(3, false);
    assert!(new[..28].iter().all(|value| value.is_nan()) && new[28..] == [5.0; 2], "{new:?}");
    assert!(history.values(4, false).is_empty());
}

/// More of everything than is kept, and always others.
fn many(
    now: Instant,
    step: usize,
    endpoints: &[&'static Endpoint],
    operations: &'static [Operation],
) -> Reading {
    static SLO: Slo = Slo::new("many-of-a-history", "text").availability(99.9);
    let busy = |index: usize| ((index * 7919 + step * 104_729) % 10_007) as u64;
    let endpoints =
        endpoints.iter().enumerate().map(|(index, one)| counts(*one, busy(index))).collect();
    let functions =
        operations.iter().enumerate().map(|(index, one)| counts(one, busy(index))).collect();
    let indicator = |good| (Indicator { slo: &SLO, name: "availability", good }, (good as u64, 1));
    let all = |kind| {
        let values = (0..2000).map(|key| series(key + step as u64, Value::Count(key)));
        family(kind, values.collect())
    };
    let metrics = vec![all(SeriesKind::Counter), all(SeriesKind::Gauge)];
    Reading {
        functions: busiest_first(functions),
        indicators: (0..1000).map(indicator).collect(),
        families: Families { metrics, ..Families::default() },
        ..reading(now, endpoints)
    }
}

#[test]
fn the_past_of_two_thousand_endpoints_takes_no_more_than_is_promised() {
    let endpoints: Vec<_> = (0..2000)
        .map(|number| endpoint::intern("GET", &format!("/history/many/{number}")))
        .collect();
    let location = SourceLocation::new("f", 1, "m");
    let operations: &'static [Operation] = vec![Operation::new("many", location); 2000].leak();
    let (start, mut kept) = (Instant::now(), None);
    let taken = allocation_counter::measure(|| {
        let mut history = history();
        // All rings are full, and some hundred have been replaced.
        for step in 0..40_usize {
            let now = start + seconds(10) * u32::try_from(step).unwrap();
            let sample = many(now, step, &endpoints, operations);
            for tick in 0..5 {
                let totals = history.totals(&sample.endpoints);
                history.sample_service(now + INTERVAL * tick, 0.0, totals);
            }
            history.sample_parts(&sample);
        }
        kept = Some(history);
    });
    let bytes = u64::try_from(taken.bytes_current).unwrap();
    assert!(bytes < PROMISED, "{bytes} bytes");
    assert!(bytes > PROMISED / 4, "{bytes} bytes: something is not kept");
    let history = kept.unwrap();
    let with_past = endpoints.iter().filter(|one| !history.endpoint_points(one).is_empty()).count();
    assert_eq!(with_past, MOST);
}
