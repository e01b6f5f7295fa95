//! `tracing` spans where telemetry is installed: made within sampled observations and where the
//! log's filter takes them, and nowhere else.

use goldsignal::{Telemetry, observed};
use goldsignal_tests::in_own_process;
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler};
use tracing::{debug_span, info_span};

#[observed(name = "asking")]
fn asking() {
    assert!(debug_span!("neither").is_disabled());
    let span = info_span!("asked");
    assert!(!span.is_disabled());
    tracing::info!(parent: &span, "asked");
}

#[test]
fn spans_that_nobody_takes_are_never_made() {
    in_own_process(|| {
        let exporter = InMemorySpanExporter::default();
        let half = Sampler::TraceIdRatioBased(0.5);
        let builder = Telemetry::builder("test").span_exporter(exporter.clone()).sampler(half);
        let telemetry = builder.admin(None).build().unwrap();
        telemetry.install().unwrap();
        (0..100).for_each(|_| asking());
        assert!(debug_span!("outside").is_disabled());
        telemetry.flush_spans();
        let spans = exporter.get_finished_spans().unwrap();
        let named = |name: &str| spans.iter().filter(|span| span.name == name).count();
        let sampled = named("asking");
        assert!((1..100).contains(&sampled), "{sampled}");
        assert_eq!(named("asked"), sampled);
        assert_eq!(spans.len(), 2 * sampled);
    });
}
