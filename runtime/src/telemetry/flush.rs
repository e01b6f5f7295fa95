//! The end of a service: what waits is exported and written.

use std::time::Duration;

use super::Telemetry;

/// How long spans may take, and lines.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);

impl Telemetry {
    /// Exports the spans and writes the lines that wait for it, for five seconds each at the most. To be called at the end by
    /// those who do not [`serve`](Self::serve).
    ///
    /// It blocks the thread: on a runtime of one thread, all other tasks wait as well, and an exporter that sends to one of
    /// them gets no answer. In async code, await `shutdown_async`.
    pub fn shutdown(&self) {
        self.begin_shutdown();
        self.finish_shutdown();
    }

    /// Says what is left to be said; the rest may be done by another thread.
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
    /// As [`shutdown`](Self::shutdown), without blocking the thread.
    pub async fn shutdown_async(&self) {
        self.begin_shutdown();
        let telemetry = self.clone();
        run_on_own_thread(move || telemetry.finish_shutdown()).await;
    }
}

/// Does what blocks on a thread of its own. Not on one of the runtime's: it may have none to spare, and there need be no runtime.
#[cfg(any(feature = "axum", feature = "traces"))]
pub(super) async fn run_on_own_thread(blocking: impl FnOnce() + Send + 'static) {
    let (done, ended) = tokio::sync::oneshot::channel::<()>();
    let thread = std::thread::Builder::new().name("goldsignal-flush".into());
    // Without a thread nothing is flushed, which takes no time either.
    drop(thread.spawn(move || {
        blocking();
        drop(done);
    }));
    // An error: the sender is dropped in any case.
    let _ = ended.await;
}
