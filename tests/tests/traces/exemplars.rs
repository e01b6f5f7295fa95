//! Exemplars: a bucket names a recent sampled observation, in OpenMetrics alone.

use axum::Router;
use axum::routing::get;
use goldsignal::expose::{Exposition, Format};
use goldsignal::observed;
use opentelemetry_sdk::trace::Sampler;

use crate::support::{Traced, sampled, traced};

fn exposed(traced: &Traced, format: Format) -> String {
    let registry = traced.telemetry.registry().clone();
    let mut exposition = Exposition::new(&registry, format);
    let mut text = String::new();
    while let Some(piece) = exposition.chunk() {
        text.push_str(std::str::from_utf8(&piece).unwrap());
    }
    text
}

/// The exemplars of the buckets of `family`: the text after `#`.
fn exemplars(text: &str, family: &str) -> Vec<String> {
    let buckets = text.lines().filter(|line| line.starts_with(&format!("{family}_bucket{{")));
    buckets.filter_map(|line| Some(line.split_once(" # ")?.1.to_owned())).collect()
}

#[observed(name = "measured")]
fn measured() {
    std::thread::sleep(std::time::Duration::from_millis(2));
}

#[test]
fn the_bucket_of_a_call_names_its_span() {
    let traced = traced();
    measured();
    let span = traced.span("measured");
    let text = exposed(&traced, Format::OpenMetrics);
    let found = exemplars(&text, "function_duration_seconds");
    let [exemplar] = &found[..] else { panic!("{text}") };
    let (trace, id) = (span.span_context.trace_id(), span.span_context.span_id());
    let ids = format!("{{trace_id=\"{trace}\",span_id=\"{id}\"}} ");
    let rest = exemplar.strip_prefix(&ids).unwrap_or_else(|| panic!("{exemplar} and {ids}"));
    let (value, time) = rest.split_once(' ').unwrap();
    let value: f64 = value.parse().unwrap();
    assert!((0.002..60.0).contains(&value), "{exemplar}");
    let ended = span.end_time.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    assert!((time.parse::<f64>().unwrap() - ended).abs() < 1.0, "{exemplar}");
    // The text format has no exemplars, and neither format changes the counts.
    let plain = exposed(&traced, Format::Text);
    assert!(!plain.contains(" # "), "{plain}");
    assert!(plain.contains("function_duration_seconds_count{function=\"measured\"} 1"));
}

#[tokio::test]
async fn the_bucket_of_a_request_names_its_span() {
    let traced = traced();
    let app = Router::new().route("/", get(|| async { "here" }));
    traced.get(app, "/").await;
    let span = traced.span("GET /").span_context;
    let found = exemplars(&exposed(&traced, Format::OpenMetrics), "http_request_duration_seconds");
    assert_eq!(found.len(), 1);
    assert!(found[0].contains(&span.trace_id().to_string()), "{found:?}");
    assert!(found[0].contains(&span.span_id().to_string()), "{found:?}");
}

#[test]
fn a_later_one_replaces_an_earlier_one() {
    #[observed(name = "quick")]
    fn quick() {}

    let traced = traced();
    (0..50).for_each(|_| quick());
    let found = exemplars(&exposed(&traced, Format::OpenMetrics), "function_duration_seconds");
    let last = traced.spans().pop().unwrap().span_context.trace_id().to_string();
    assert!(found.iter().any(|exemplar| exemplar.contains(&last)), "{found:?}");
}

#[test]
fn what_is_not_sampled_has_none() {
    let traced = sampled(Sampler::AlwaysOff);
    measured();
    let text = exposed(&traced, Format::OpenMetrics);
    assert!(text.contains("function_duration_seconds_count{function=\"measured\"} 1"));
    assert!(exemplars(&text, "function_duration_seconds").is_empty());
}
