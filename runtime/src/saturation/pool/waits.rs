//! How long it takes to get a connection of a pool.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::declare::buckets::DURATION_SECONDS;
use crate::saturation::delays::Delays;

/// Counts who waits for a connection, and measures how long. Clones share what they count.
///
/// ```
/// use goldsignal::saturation::pool::Waits;
///
/// # async fn acquire() {}
/// # async fn example() {
/// let waits = Waits::default();
/// let connection = waits.measure(acquire()).await;
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Waits(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    pending: AtomicUsize,
    times: Delays,
}

impl Default for Waits {
    fn default() -> Self {
        let times = Delays::new(DURATION_SECONDS);
        Self(Arc::new(Counts { pending: AtomicUsize::new(0), times }))
    }
}

impl Waits {
    /// Awaits `acquire`, and measures how long that takes, whether it succeeds, fails or is cancelled.
    pub async fn measure<F: Future>(&self, acquire: F) -> F::Output {
        let waiting = self.begin();
        let acquired = acquire.await;
        drop(waiting);
        acquired
    }

    /// Begins a wait, which ends when the returned value is dropped: for pools that are not asynchronous.
    pub fn begin(&self) -> Waiting {
        self.0.pending.fetch_add(1, Ordering::Relaxed);
        Waiting { counts: Arc::clone(&self.0), since: Instant::now() }
    }

    /// How many wait now.
    pub fn pending(&self) -> usize {
        self.0.pending.load(Ordering::Relaxed)
    }

    pub(super) fn times(&self) -> &Delays {
        &self.0.times
    }
}

/// A wait for a connection. It ends when this is dropped.
#[derive(Debug)]
#[must_use = "the wait ends when it is dropped"]
pub struct Waiting {
    counts: Arc<Counts>,
    since: Instant,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.counts.pending.fetch_sub(1, Ordering::Relaxed);
        self.counts.times.record(self.since.elapsed());
    }
}
