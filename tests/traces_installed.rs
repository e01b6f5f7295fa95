//! Spans where telemetry is installed: made within sampled observations, and nowhere else.

use goldsignal::{Telemetry, observed};
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler};
use tracing::info_span;

#[observed(name = "asking")]
fn asking() -> Option<bool> {
    let span = info_span!("asked");
    tracing::info!(parent: &span, "asked");
    Some(span.is_disabled())
}

#[test]
fn spans_that_nobody_takes_are_never_made() {
    let exporter = InMemorySpanExporter::default();
    let half = Sampler::TraceIdRatioBased(0.5);
    let builder = Telemetry::builder("test").span_exporter(exporter.clone()).sampler(half);
    let telemetry = builder.admin(None).build().unwrap();
    telemetry.install().unwrap();
    let disabled = (0..100).filter(|_| asking() == Some(true)).count();
    assert!(info_span!("outside").is_disabled());
    telemetry.flush_spans();
    let spans = exporter.get_finished_spans().unwrap();
    let named = |name: &str| spans.iter().filter(|span| span.name == name).count();
    assert!((1..100).contains(&disabled), "{disabled}");
    assert_eq!(named("asking"), 100 - disabled);
    assert_eq!(named("asked"), 100 - disabled);
}
