//! Flushes spans and log lines when a service ends.

use std::time::Duration;

use super::Telemetry;

/// How long the flush may take: as much for the spans as for the lines.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);

impl Telemetry {
    /// Exports the queued spans and writes the queued log lines, for at most five seconds each. Call it at the end of a program
    /// that does not use [`serve`](Self::serve), which does this itself.
    ///
    /// This blocks the thread. On a single-threaded runtime all other tasks wait, and an exporter that sends to one of them gets
    /// no answer; in async code, await `shutdown_async` instead.
    pub fn shutdown(&self) {
        self.begin_shutdown();
        self.finish_shutdown();
    }

    /// The part of the shutdown that records to the current thread; another thread may do the rest.
    fn begin_shutdown(&self) {
        #[cfg(feature = "axum")]
        self.readiness().set(false);
        super::log_suppressed_errors();
    }

    fn finish_shutdown(&self) {
        #[cfg(feature = "traces")]
        self.shutdown_spans(FLUSH_TIMEOUT);
        self.log().flush(FLUSH_TIMEOUT);
    }
}

#[cfg(any(feature = "axum", feature = "traces"))]
impl Telemetry {
    /// Like [`shutdown`](Self::shutdown), without blocking the thread.
    pub async fn shutdown_async(&self) {
        self.begin_shutdown();
        let telemetry = self.clone();
        run_on_own_thread(move || telemetry.finish_shutdown()).await;
    }
}

/// Runs `blocking` on a new thread and waits for it. It uses no thread of a runtime, because there may be no runtime, or none of
/// its threads may be free.
#[cfg(any(feature = "axum", feature = "traces"))]
pub(super) async fn run_on_own_thread(blocking: impl FnOnce() + Send + 'static) {
    let (done, ended) = tokio::sync::oneshot::channel::<()>();
    let thread = std::thread::Builder::new().name("goldsignal-flush".into());
    // If no thread can be started, nothing is flushed; the sender is dropped, and the wait ends.
    drop(thread.spawn(move || {
        blocking();
        drop(done);
    }));
    // Always an error, because the sender is only dropped.
    let _ = ended.await;
}
