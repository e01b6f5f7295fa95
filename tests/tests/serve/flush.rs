//! Spans and lines are flushed without blocking a runtime of one thread.

use std::future::Future;
use std::time::{Duration, Instant};

use goldsignal::{Telemetry, observed, testing};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SpanData, SpanExporter};
use tokio::sync::mpsc;

/// Sends to a collector, and waits for its answer.
#[derive(Debug)]
struct ToCollector {
    sent: mpsc::UnboundedSender<std::sync::mpsc::Sender<()>>,
    kept: InMemorySpanExporter,
}

impl SpanExporter for ToCollector {
    fn export(&self, batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        let (answer, answered) = std::sync::mpsc::channel();
        self.sent.send(answer).unwrap();
        let _ = answered.recv_timeout(Duration::from_secs(30));
        self.kept.export(batch)
    }
}

#[observed(name = "flushed")]
fn flushed() {}

#[tokio::test(flavor = "current_thread")]
async fn a_collector_on_the_same_thread_gets_its_turn() {
    let _scope = testing::scope();
    let kept = InMemorySpanExporter::default();
    let (sent, mut received) = mpsc::unbounded_channel::<std::sync::mpsc::Sender<()>>();
    let exporter = ToCollector { sent, kept: kept.clone() };
    let builder = Telemetry::builder("flush").admin(None).span_exporter(exporter);
    let telemetry = builder.build().unwrap();
    let collector = tokio::spawn(async move {
        let mut batches = 0;
        while let Some(answer) = received.recv().await {
            answer.send(()).unwrap();
            batches += 1;
        }
        batches
    });
    let begun = Instant::now();
    flushed();
    telemetry.flush_spans_async().await;
    assert_eq!(kept.get_finished_spans().unwrap().len(), 1);
    flushed();
    telemetry.shutdown_async().await;
    assert!(begun.elapsed() < Duration::from_secs(4), "after {:?}", begun.elapsed());
    drop(telemetry);
    assert_eq!(collector.await.unwrap(), 2);
}
