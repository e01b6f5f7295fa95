//! `/api/v1/snapshot`: the service at one moment.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::families::{MOST_TEXT, Metric, Series, Value};
use super::history::{History, MOST};
use super::limits::{Limit, limits};
use super::objectives::write_objective;
use super::past::write_point;
use super::quantile::in_float;
use super::reading::Reading;
use super::recent::Recent;
use super::text::{Exact, Rounded, clipped, rounded};
use super::{Page, stories};
use crate::declare::Operation;
use crate::expose::json_writer::JsonWriter;
use crate::observe::endpoint::Endpoint;
use crate::observe::read::counts::{Counts, Ends};
use crate::record::visit::{HeavyKey, HeavyKeys};

/// Unix seconds.
pub(super) fn unix_time() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// A snapshot as JSON on one line.
pub(super) fn snapshot(page: &Page, reading: &Reading, history: &History) -> String {
    let limits = limits(&reading.families, history, reading.now);
    let totals = history.totals(&reading.endpoints);
    let now = reading.now;
    let mut json = JsonWriter::default();
    json.object(|json| {
        json.member("api").plain(1);
        json.member("time").plain(Rounded(unix_time()));
        json.member("service").text(&page.facts().service);
        json.member("version").text(&page.facts().version);
        json.member("uptime_seconds").plain(Rounded(page.uptime().as_secs_f64()));
        write_log_filter(json, page);
        json.member("requests").object(|json| {
            write_ends(json, totals.ends);
            json.member("in_flight").plain(totals.in_flight);
            write_recent(json, &history.recent_service(now, &totals), history.bounds());
        });
        let endpoints = &reading.endpoints[..reading.endpoints.len().min(MOST)];
        json.member("endpoints").list(endpoints, |json, counts| {
            write_endpoint(json, counts, &history.recent_endpoint(now, counts));
        });
        json.member("endpoints_left_out").plain(reading.endpoints.len() - endpoints.len());
        let functions = &reading.functions[..reading.functions.len().min(MOST)];
        json.member("functions").list(functions, |json, counts| {
            write_function(json, counts, &history.recent_function(now, counts));
        });
        json.member("functions_left_out").plain(reading.functions.len() - functions.len());
        json.member("objectives").list(&reading.indicators, |json, (indicator, events)| {
            write_objective(json, indicator, *events, history.burn(now, indicator, *events));
        });
        json.member("saturation").list(&limits, write_limit);
        if let Some(point) = history.newest() {
            json.member("point");
            write_point(json, point);
        }
        json.member("in_flight").object(|json| {
            json.member("total").plain(reading.waiting.total);
            json.member("oldest_seconds").plain(Rounded(reading.waiting.oldest_seconds));
            json.member("blocked").plain(reading.waiting.blocked);
        });
        stories::summary(json, page.stories());
        json.member("metrics").list(&reading.families.metrics, |json, metric| {
            write_metric(json, metric, |series| {
                history.growth(now, series.key, series.value.in_float())
            });
        });
        json.member("metrics_left_out").plain(reading.families.metrics_left_out);
    });
    json.line()
}

fn write_log_filter(json: &mut JsonWriter, page: &Page) {
    let Some(filter) = page.filter() else { return };
    let other = filter.replacement();
    let directives = other
        .as_ref()
        .map_or_else(|| filter.configured().to_string(), |other| other.directives.clone());
    json.member("log_filter").object(|json| {
        json.member("filter").text(&directives);
        if let Some(other) = other {
            let left = other.until.saturating_duration_since(Instant::now());
            json.member("seconds_left").plain(Rounded(left.as_secs_f64()));
        }
    });
}

fn write_ends(json: &mut JsonWriter, ends: Ends) {
    let Ends { total, failed, client_errors, cut_short } = ends;
    json.member("total").plain(total);
    json.member("server_errors").plain(failed);
    json.member("client_errors").plain(client_errors);
    json.member("cancelled").plain(cut_short);
}

fn write_recent(json: &mut JsonWriter, recent: &Recent, bounds: &[f64]) {
    json.member("recent").object(|json| {
        json.member("seconds").plain(Rounded(recent.seconds));
        json.member("rate").plain(Rounded(recent.rate()));
        rounded(json, "error_ratio", recent.error_ratio());
        rounded(json, "client_error_ratio", recent.client_error_ratio());
        rounded(json, "p50", recent.quantile(0.5, bounds));
        rounded(json, "p99", recent.quantile(0.99, bounds));
    });
}

fn write_endpoint(json: &mut JsonWriter, counts: &Counts<Endpoint>, recent: &Recent) {
    json.object(|json| {
        json.member("method").text(counts.of.method);
        json.member("endpoint").text(&clipped(counts.of.path, MOST_TEXT));
        if let Some(operation) = counts.of.operation() {
            json.member("operation").text(operation.name);
            json.member("location").text(&operation.location.to_string());
        }
        write_ends(json, counts.ends);
        json.member("in_flight").plain(counts.in_flight);
        write_recent(json, recent, counts.bounds);
    });
}

fn write_function(json: &mut JsonWriter, counts: &Counts<Operation>, recent: &Recent) {
    json.object(|json| {
        json.member("name").text(counts.of.name);
        json.member("location").text(&counts.of.location.to_string());
        json.member("total").plain(counts.ends.total);
        json.member("errors").plain(counts.ends.failed);
        json.member("in_flight").plain(counts.in_flight);
        write_recent(json, recent, counts.bounds);
    });
}

fn write_limit(json: &mut JsonWriter, limit: &Limit) {
    let Limit { name, detail, used, most, unit } = limit;
    json.object(|json| {
        json.member("name").text(name);
        json.member("detail").text(detail);
        json.member("used").plain(Rounded(*used));
        json.member("limit").plain(Rounded(*most));
        json.member("unit").text(unit);
    });
}

pub(super) fn write_labels(json: &mut JsonWriter, series: &Series) {
    json.member("labels").object(|json| {
        for (name, value) in &series.labels {
            json.member(name).text(value);
        }
    });
}

fn write_metric(json: &mut JsonWriter, metric: &Metric, growth: impl Fn(&Series) -> Option<f64>) {
    json.object(|json| {
        json.member("name").text(&metric.name);
        json.member("kind").text(metric.kind());
        json.member("help").text(&metric.help);
        json.member("unit").text(&metric.unit);
        json.member("series").list(&metric.series, |json, series| {
            json.object(|json| {
                write_labels(json, series);
                match series.value {
                    Value::Count(count) => json.member("value").plain(count),
                    Value::Float(value) => json.member("value").plain(Exact(value)),
                }
                if let Some(sum) = series.sum {
                    json.member("sum").plain(Exact(sum));
                }
                if metric.grows() {
                    rounded(json, "recent_rate", growth(series));
                }
            });
        });
        json.member("series_left_out").plain(metric.left_out);
        if let Some(heaviest) = &metric.heaviest {
            write_heaviest(json, heaviest);
        }
    });
}

fn write_heaviest(json: &mut JsonWriter, heaviest: &HeavyKeys) {
    let HeavyKeys { total, missed, dropped, keys } = heaviest;
    let share = |weight: u64| (*total > 0).then(|| in_float(weight) / in_float(*total));
    json.member("heaviest").object(|json| {
        json.member("total").plain(total);
        json.member("missed").plain(missed);
        json.member("dropped").plain(dropped);
        json.member("keys").list(keys, |json, HeavyKey { key, weight }| {
            json.object(|json| {
                json.member("key").text(key);
                json.member("weight").plain(weight);
                rounded(json, "share", share(*weight));
            });
        });
    });
}
