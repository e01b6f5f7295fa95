//! Counts connections that could not be accepted, and logs them at a limited rate.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::record::sync_lock;
use crate::record::visit::{Losses, Readable, Source};

/// How long to wait after a failure. A process without free file descriptors may get one at any moment.
const RETRY_DELAY: Duration = Duration::from_millis(100);

/// The minimum time between two log events.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// The number of connections that could not be accepted.
#[derive(Debug, Default)]
pub(crate) struct AcceptErrors {
    count: AtomicU64,
    /// The time of the last log event, and the count then.
    logged: Mutex<Option<(Instant, u64)>>,
}

impl AcceptErrors {
    /// Accepts a connection; retries for as long as that fails.
    pub(crate) async fn accept_with_retry<T, F>(&self, mut accept: impl FnMut() -> F) -> T
    where
        F: Future<Output = io::Result<T>>,
    {
        loop {
            match accept().await {
                Ok(accepted) => return accepted,
                Err(error) => self.failed(&error).await,
            }
        }
    }

    /// Counts a failure, and waits before the next attempt. If only the peer has aborted its connection, it does nothing.
    pub(crate) async fn failed(&self, error: &io::Error) {
        if !is_peer_abort(error) {
            self.count(error);
            sleep(RETRY_DELAY).await;
        }
    }

    /// Counts a failure.
    pub(crate) fn count(&self, error: &io::Error) {
        let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        let mut logged = sync_lock(&self.logged);
        let before = match *logged {
            Some((when, _)) if when.elapsed() < LOG_INTERVAL => return,
            Some((_, before)) => before,
            None => 0,
        };
        *logged = Some((Instant::now(), count));
        drop(logged);
        let failed = count - before;
        tracing::error!(%error, failed, "connections cannot be accepted");
    }
}

impl Source for AcceptErrors {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        Vec::new()
    }

    fn losses(&self, losses: &mut Losses) {
        losses.accepts += self.count.load(Ordering::Relaxed);
    }
}

/// Whether the peer aborted its connection before it was accepted, which is not a failure of the service.
fn is_peer_abort(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}
