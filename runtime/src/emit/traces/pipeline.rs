//! The way of finished spans to the exporter: a bounded queue, a thread and a runtime of their own.

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

/// Takes finished spans, without ever waiting, and exports them in batches.
#[derive(Debug)]
pub(crate) struct Pipeline {
    processor: BatchSpanProcessor,
    counts: Arc<Counts>,
    max_queue_size: usize,
    runtime: Mutex<Option<Runtime>>,
}

/// Where the spans are. The SDK's processor drops without saying so; it is never given a reason to.
#[derive(Debug, Default)]
struct Counts {
    /// On their way: given to the processor, not yet exported.
    waiting: AtomicUsize,
    refused: AtomicU64,
    failed: AtomicU64,
    closed: AtomicBool,
}

impl Pipeline {
    /// Starts the thread and the runtime, and lets `exporter` be made within the latter.
    pub(crate) fn start<E: SpanExporter + 'static>(
        make: impl FnOnce() -> Result<E, String>,
        service: &str,
        batch: &Batch,
    ) -> Result<Self, String> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(2)
            .thread_name("goldsignal-spans")
            .on_thread_start(suppress::suppress_thread)
            .enable_all()
            .build()
            .map_err(|error| format!("no thread can be started for the spans: {error}"))?;
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

    /// Takes a span, unless too many wait already.
    pub(super) fn end(&self, span: SpanData) {
        let counts = &self.counts;
        let full = counts.waiting.fetch_add(1, Ordering::Relaxed) >= self.max_queue_size;
        if full || counts.closed.load(Ordering::Relaxed) {
            counts.waiting.fetch_sub(1, Ordering::Relaxed);
            counts.refused.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.processor.on_end(span);
    }

    /// How many spans were lost: too many waited, or they could not be exported.
    pub(crate) fn dropped(&self) -> u64 {
        let Counts { waiting, refused, failed, closed } = &*self.counts;
        // What waits when all is over waits for ever.
        let left = if closed.load(Ordering::Relaxed) { waiting.load(Ordering::Relaxed) } else { 0 };
        refused.load(Ordering::Relaxed) + failed.load(Ordering::Relaxed) + left as u64
    }

    /// Waits until what was taken so far is exported, or given up after the SDK's five seconds.
    pub(crate) fn flush(&self) {
        let _ = self.processor.force_flush();
    }

    /// Exports what waits, for `patience` at the most; what comes later is lost.
    pub(crate) fn shutdown(&self, patience: Duration) {
        let Some(runtime) = sync_lock(&self.runtime).take() else { return };
        let _ = self.processor.shutdown_with_timeout(patience);
        self.counts.closed.store(true, Ordering::Relaxed);
        // Does not wait for an export that hangs, and may be called from within another runtime.
        runtime.shutdown_background();
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        self.shutdown(Duration::from_secs(1));
    }
}

/// An exporter that is run by the runtime, for a bounded time, with what it loses counted.
#[derive(Debug)]
struct Counted<E> {
    exporter: Arc<E>,
    counts: Arc<Counts>,
    runtime: Handle,
    timeout: Duration,
}

impl<E: SpanExporter + 'static> SpanExporter for Counted<E> {
    fn export(&self, batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        // The processor's own thread does nothing else.
        suppress::suppress_thread();
        let (exporter, timeout, counts) =
            (Arc::clone(&self.exporter), self.timeout, Arc::clone(&self.counts));
        let exporting = Exporting { spans: batch.len(), counts, failed: true };
        // A spawned export that panics fails alone.
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

/// Counts a batch when its export is over, in whatever way.
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
