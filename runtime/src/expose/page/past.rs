//! `/api/v1/history`: the last minutes.

use super::families::{MOST_TEXT, Metric};
use super::history::{EndpointPoint, History, INTERVAL, MOST, PART_INTERVAL, Point};
use super::snapshot::write_labels;
use super::text::{Rounded, clipped, rounded};
use crate::expose::json_writer::JsonWriter;
use crate::observe::endpoint::Endpoint;
use crate::observe::read::counts::Counts;

/// The past of the service, of these endpoints and of these metrics as JSON on one line.
pub(super) fn past(
    history: &History,
    endpoints: &[Counts<Endpoint>],
    metrics: &[Metric],
) -> String {
    let mut json = JsonWriter::default();
    let points: Vec<_> = history.points().copied().collect();
    json.object(|json| {
        json.member("api").plain(1);
        json.member("interval_seconds").plain(INTERVAL.as_secs());
        json.member("service").list(&points, write_point);
        json.member("endpoint_interval_seconds").plain(PART_INTERVAL.as_secs());
        json.member("endpoints").object(|json| {
            for Counts { of: endpoint, .. } in endpoints.iter().take(MOST) {
                let points = history.endpoint_points(endpoint);
                if !points.is_empty() {
                    let name = format!("{} {}", endpoint.method, clipped(endpoint.path, MOST_TEXT));
                    json.member(&name);
                    write_endpoint(json, &points);
                }
            }
        });
        json.member("endpoints_left_out").plain(endpoints.len().saturating_sub(MOST));
        json.member("metrics").object(|json| {
            for metric in metrics {
                json.member(&metric.name);
                write_series(json, metric, history);
            }
        });
    });
    json.line()
}

pub(super) fn write_point(json: &mut JsonWriter, point: &Point) {
    let Point { time, rate, error_ratio, client_error_ratio, p50, p99, in_flight, busy } = *point;
    json.object(|json| {
        json.member("time").plain(Rounded(time));
        json.member("rate").plain(Rounded(rate.into()));
        for (name, value) in [
            ("error_ratio", error_ratio),
            ("client_error_ratio", client_error_ratio),
            ("p50", p50),
            ("p99", p99),
        ] {
            rounded(json, name, value.map(f64::from));
        }
        json.member("in_flight").plain(in_flight);
        rounded(json, "busy", busy.map(f64::from));
    });
}

fn write_series(json: &mut JsonWriter, metric: &Metric, history: &History) {
    let with_past = metric.series.iter().filter_map(|series| {
        let values = history.values(series.key, metric.grows());
        (!values.is_empty()).then_some((series, values))
    });
    json.list(&with_past.collect::<Vec<_>>(), |json, (series, values)| {
        json.object(|json| {
            write_labels(json, series);
            json.member("values").list(values, |json, value| json.plain(Rounded(*value)));
        });
    });
}

fn write_endpoint(json: &mut JsonWriter, points: &[EndpointPoint]) {
    json.object(|json| {
        let mut member = |name, value: fn(&EndpointPoint) -> f32| {
            json.member(name).list(points, |json, point| json.plain(Rounded(value(point).into())));
        };
        member("rate", |point| point.rate);
        member("errors", |point| point.errors);
        member("p99", |point| point.p99);
    });
}
