//! Queues finished spans for the exporter, with a bounded queue, a thread and a runtime of its own.

use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SpanData, SpanExporter, SpanProcessor,
};
use tokio::runtime::{Builder, Handle, Runtime};

use super::settings::Batch;
use crate::observe::suppress;
use crate::record::sync_lock;

/// Accepts finished spans without waiting, and exports them in batches.
#[derive(Debug)]
pub(crate) struct Pipeline {
    processor: BatchSpanProcessor,
    counts: Arc<Counts>,
    max_queue_size: usize,
    runtime: Mutex<Option<Runtime>>,
}

/// Counts of spans. The SDK's processor drops spans silently, so it is never given more than it
/// holds.
#[derive(Debug, Default)]
struct Counts {
    /// Spans that the processor has and that are not exported yet.
    waiting: AtomicUsize,
    refused: AtomicU64,
    failed: AtomicU64,
    closed: AtomicBool,
}

/// Why a pipeline cannot be started.
#[derive(Debug)]
pub(crate) struct StartError {
    /// What failed, for the beginning of a message.
    pub(crate) context: &'static str,
    pub(crate) source: Box<dyn Error + Send + Sync>,
}

impl StartError {
    pub(super) fn new(context: &'static str, source: impl Error + Send + Sync + 'static) -> Self {
        Self { context, source: Box::new(source) }
    }
}

impl Pipeline {
    /// Starts the thread and the runtime, and creates the exporter within the runtime.
    pub(crate) fn start<E: SpanExporter + 'static>(
        make: impl FnOnce() -> Result<E, StartError>,
        service: &str,
        batch: &Batch,
    ) -> Result<Self, StartError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(2)
            .thread_name("goldsignal-spans")
            .on_thread_start(suppress::suppress_thread)
            .enable_all()
            .build()
            .map_err(|error| StartError::new("no thread can be started for the spans", error))?;
        let mut exporter = {
            let _within = runtime.enter();
            make()?
        };
        exporter.set_resource(&Resource::builder().with_service_name(service.to_owned()).build());
        let counts = Arc::new(Counts::default());
        let exporter = Counted {
            exporter: Arc::new(exporter),
            counts: Arc::clone(&counts),
            runtime: runtime.handle().clone(),
            timeout: batch.timeout,
        };
        let config = BatchConfigBuilder::default()
            .with_max_queue_size(batch.max_queue_size)
            .with_max_export_batch_size(batch.max_batch_size)
            .with_scheduled_delay(batch.delay)
            .build();
        Ok(Self {
            processor: BatchSpanProcessor::new(exporter, config),
            counts,
            max_queue_size: batch.max_queue_size,
            runtime: Mutex::new(Some(runtime)),
        })
    }

    /// Makes room for spans: for all of them or, if the queue is too full, for none. Then they are
    /// lost. [`end`](Self::end) takes each.
    pub(super) fn reserve(&self, spans: usize) -> bool {
        let counts = &self.counts;
        let waiting = counts.waiting.fetch_add(spans, Ordering::Relaxed) + spans;
        if waiting > self.max_queue_size || counts.closed.load(Ordering::Relaxed) {
            counts.waiting.fetch_sub(spans, Ordering::Relaxed);
            self.refuse(spans as u64);
            return false;
        }
        true
    }

    /// Counts spans that are lost.
    pub(super) fn refuse(&self, spans: u64) {
        self.counts.refused.fetch_add(spans, Ordering::Relaxed);
    }

    /// Gives back the room for a span.
    pub(super) fn release(&self) {
        self.counts.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    /// Accepts a span for which there is room.
    pub(super) fn end(&self, span: SpanData) {
        self.processor.on_end(span);
    }

    /// How many spans were lost: the queue was full, or the export failed.
    pub(crate) fn dropped(&self) -> u64 {
        let Counts { waiting, refused, failed, closed } = &*self.counts;
        // After shutdown, queued spans are never exported.
        let left = if closed.load(Ordering::Relaxed) { waiting.load(Ordering::Relaxed) } else { 0 };
        refused.load(Ordering::Relaxed) + failed.load(Ordering::Relaxed) + left as u64
    }

    /// Waits until all accepted spans are exported, at most for the SDK's five seconds.
    pub(crate) fn flush(&self) {
        let _ = self.processor.force_flush();
    }

    /// Exports queued spans for at most `patience`; later spans are lost.
    pub(crate) fn shutdown(&self, patience: Duration) {
        let Some(runtime) = sync_lock(&self.runtime).take() else { return };
        let _ = self.processor.shutdown_with_timeout(patience);
        self.counts.closed.store(true, Ordering::Relaxed);
        // Returns while an export hangs, and may be called within another runtime.
        runtime.shutdown_background();
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        self.shutdown(Duration::from_secs(1));
    }
}

/// Runs an exporter on the runtime, with a time limit, and counts lost spans.
#[derive(Debug)]
struct Counted<E> {
    exporter: Arc<E>,
    counts: Arc<Counts>,
    runtime: Handle,
    timeout: Duration,
}

impl<E: SpanExporter + 'static> SpanExporter for Counted<E> {
    fn export(&self, batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        // The processor's thread has no other work.
        suppress::suppress_thread();
        let (exporter, timeout, counts) =
            (Arc::clone(&self.exporter), self.timeout, Arc::clone(&self.counts));
        let exporting = Exporting { spans: batch.len(), counts, failed: true };
        // A panic in a spawned export ends only that task.
        let task = self.runtime.spawn(async move {
            let result = tokio::time::timeout(timeout, exporter.export(batch)).await;
            result.unwrap_or(Err(OTelSdkError::Timeout(timeout)))
        });
        async move {
            let mut exporting = exporting;
            let result = task
                .await
                .unwrap_or_else(|lost| Err(OTelSdkError::InternalFailure(lost.to_string())));
            exporting.failed = result.is_err();
            result
        }
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }
}

/// Counts a batch when its export ends, however it ends.
#[derive(Debug)]
struct Exporting {
    spans: usize,
    counts: Arc<Counts>,
    failed: bool,
}

impl Drop for Exporting {
    fn drop(&mut self) {
        if self.failed {
            self.counts.failed.fetch_add(self.spans as u64, Ordering::Relaxed);
        }
        self.counts.waiting.fetch_sub(self.spans, Ordering::Relaxed);
    }
}
