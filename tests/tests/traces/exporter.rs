//! Exporters that are slow, fail, or use goldsignal themselves.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use goldsignal::testing::{self, Handle, Scope};
use goldsignal::{Telemetry, observed};
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{Sampler, SpanData, SpanExporter};
use tokio::sync::Notify;
use tracing_subscriber::prelude::*;

const DROPPED: &str = "goldsignal_spans_dropped_total";

#[observed(name = "work")]
fn work() {}

/// Keeps nothing but how many spans it got.
#[derive(Clone, Debug, Default)]
struct Exporter {
    spans: Arc<AtomicUsize>,
    failing: Arc<AtomicBool>,
    held: Option<Arc<Notify>>,
}

impl SpanExporter for Exporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        if let Some(held) = &self.held {
            held.notified().await;
        }
        if self.failing.load(Ordering::Relaxed) {
            return Err(OTelSdkError::InternalFailure("as it was told".into()));
        }
        self.spans.fetch_add(batch.len(), Ordering::Relaxed);
        Ok(())
    }
}

fn telemetry(exporter: impl SpanExporter + 'static) -> (Scope, Telemetry) {
    let scope = testing::scope();
    let builder = Telemetry::builder("test").span_exporter(exporter).sampler(Sampler::AlwaysOn);
    (scope, builder.build().unwrap())
}

#[test]
fn what_cannot_be_exported_is_counted() {
    let exporter = Exporter::default();
    let (scope, telemetry) = telemetry(exporter.clone());
    (0..10).for_each(|_| work());
    telemetry.flush_spans();
    scope.assert(DROPPED, &[], 0.0);
    exporter.failing.store(true, Ordering::Relaxed);
    (0..7).for_each(|_| work());
    telemetry.flush_spans();
    scope.assert(DROPPED, &[], 7.0);
    exporter.failing.store(false, Ordering::Relaxed);
    (0..5).for_each(|_| work());
    telemetry.flush_spans();
    scope.assert(DROPPED, &[], 7.0);
    assert_eq!(exporter.spans.load(Ordering::Relaxed), 15);
}

/// Interleaved batches of calls in one process: the median of those whose exporter hangs, over that of the others.
#[test]
fn an_exporter_that_hangs_costs_no_time() {
    const BATCHES: usize = 41;
    let held = Exporter { held: Some(Arc::default()), ..Exporter::default() };
    let both = [telemetry(Exporter::default()), telemetry(held)];
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..BATCHES {
        for ((scope, _), times) in both.iter().zip(&mut times) {
            times.push(scope.handle().in_scope(|| {
                let start = Instant::now();
                (0..500).for_each(|_| work());
                start.elapsed()
            }));
        }
    }
    let [healthy, hanging] = times.map(|mut times| {
        times.sort();
        times[BATCHES / 2].as_secs_f64()
    });
    println!("a call beside an exporter that hangs takes {:.2} of its time", hanging / healthy);
    // Spans that do not fit are dropped, which is less work, not more; the bound is for a busy machine.
    assert!(hanging < 2.0 * healthy, "{hanging} against {healthy}");
    let dropped = both[1].0.value(DROPPED, &[]).unwrap();
    assert!(dropped > 0.0, "it did hang");
    // What it holds back would be waited for.
    std::mem::forget(both);
}

#[test]
fn an_exporter_that_hangs_costs_spans_and_nothing_else() {
    let held = Arc::new(Notify::new());
    let exporter = Exporter { held: Some(Arc::clone(&held)), ..Exporter::default() };
    let (scope, telemetry) = telemetry(exporter.clone());
    (0..10_000).for_each(|_| work());
    scope.assert("function_calls_total", &[], 10_000.0);
    let dropped = scope.value(DROPPED, &[]).unwrap();
    // The queue holds 2048; the first batches may have left it.
    assert!(dropped >= 10_000.0 - 2.0 * 2048.0, "{dropped}");
    // Once the exporter continues, spans arrive again without a restart.
    let done = Arc::new(AtomicBool::new(false));
    let release = std::thread::spawn({
        let done = Arc::clone(&done);
        move || {
            while !done.load(Ordering::Relaxed) {
                held.notify_waiters();
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    });
    telemetry.flush_spans();
    work();
    telemetry.flush_spans();
    done.store(true, Ordering::Relaxed);
    release.join().unwrap();
    scope.assert(DROPPED, &[], dropped);
    let arrived = u32::try_from(exporter.spans.load(Ordering::Relaxed)).unwrap();
    assert!((f64::from(arrived) + dropped - 10_001.0).abs() < 0.5, "{arrived} and {dropped}");
}

#[test]
fn a_stop_is_bounded_and_what_is_left_is_counted() {
    let exporter = Exporter { held: Some(Arc::default()), ..Exporter::default() };
    let (scope, telemetry) = telemetry(exporter);
    (0..10).for_each(|_| work());
    let begun = Instant::now();
    telemetry.shutdown();
    assert!(begun.elapsed() < Duration::from_secs(30));
    work();
    // The hanging export is given up by the runtime's end, which nothing waits for.
    let deadline = Instant::now() + Duration::from_secs(10);
    while scope.value(DROPPED, &[]) != Some(11.0) && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    scope.assert(DROPPED, &[], 11.0);
}

#[test]
fn an_exporter_that_panics_loses_its_batch_alone() {
    #[derive(Debug)]
    struct Panicking(Arc<AtomicUsize>);
    impl SpanExporter for Panicking {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            assert!(self.0.fetch_add(batch.len(), Ordering::Relaxed) > 0, "the first time");
            Ok(())
        }
    }
    let spans = Arc::new(AtomicUsize::new(0));
    let (scope, telemetry) = telemetry(Panicking(Arc::clone(&spans)));
    work();
    telemetry.flush_spans();
    work();
    telemetry.flush_spans();
    scope.assert(DROPPED, &[], 1.0);
    assert_eq!(spans.load(Ordering::Relaxed), 2);
}

/// Uses goldsignal and `tracing` while it exports, in this registry.
#[derive(Clone, Debug, Default)]
struct Reentrant {
    handle: Arc<Mutex<Option<Handle>>>,
    names: Arc<Mutex<Vec<String>>>,
    dispatch: Arc<Mutex<Option<tracing::Dispatch>>>,
}

#[observed(name = "exporting")]
fn exporting() {
    tracing::info_span!("sending").in_scope(|| tracing::info!("sent"));
}

impl SpanExporter for Reentrant {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let handle = self.handle.lock().unwrap().clone().unwrap();
        let dispatch = self.dispatch.lock().unwrap().clone().unwrap();
        let again = || handle.in_scope(|| tracing::dispatcher::with_default(&dispatch, exporting));
        again();
        // Tasks and threads of its runtime, too.
        let spawned = tokio::task::spawn_blocking({
            let (handle, dispatch) = (handle.clone(), dispatch.clone());
            move || handle.in_scope(|| tracing::dispatcher::with_default(&dispatch, exporting))
        });
        spawned.await.unwrap();
        self.names.lock().unwrap().extend(batch.iter().map(|span| span.name.to_string()));
        Ok(())
    }
}

#[test]
fn what_exporting_does_makes_no_spans() {
    let exporter = Reentrant::default();
    let (scope, telemetry) = telemetry(exporter.clone());
    *exporter.handle.lock().unwrap() = Some(scope.handle());
    let subscriber = tracing_subscriber::registry().with(telemetry.span_layer());
    *exporter.dispatch.lock().unwrap() = Some(subscriber.into());
    work();
    for _ in 0..5 {
        telemetry.flush_spans();
    }
    assert_eq!(*exporter.names.lock().unwrap(), ["work"]);
    scope.assert("function_calls_total", &[("function", "exporting")], 2.0);
    scope.assert(DROPPED, &[], 0.0);
}

#[test]
fn one_registry_has_one_exporter() {
    let (_scope, _telemetry) = telemetry(Exporter::default());
    let second = Telemetry::builder("test").span_exporter(Exporter::default()).build();
    assert!(second.unwrap_err().to_string().contains("exporter of spans already"));
}
