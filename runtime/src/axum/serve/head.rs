//! How long the head of an HTTP/1 request may take.
//!
//! hyper starts its timer as soon as it waits for a head, so that it would also close connections that are only idle. Load
//! balancers keep those for a minute and more, and answer 502 where one is closed under a request. This timer
//! starts with the first byte.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

use super::io::Watched;

/// What hyper asks for the time; it does so for heads alone.
#[derive(Debug)]
pub(super) struct HeadTimer {
    limit: Duration,
    watched: Arc<Watched>,
    /// A head was waited for before.
    is_later: AtomicBool,
}

impl HeadTimer {
    pub(super) fn new(limit: Duration, watched: Arc<Watched>) -> Self {
        Self { limit, watched, is_later: AtomicBool::new(false) }
    }

    fn head(&self) -> Pin<Box<dyn Sleep>> {
        let is_later = self.is_later.swap(true, Ordering::Relaxed);
        // Of the first head, the bytes that told the version of HTTP are there already.
        let from = if is_later { self.watched.received() } else { 0 };
        self.watched.awaits_head.store(true, Ordering::Relaxed);
        Box::pin(Head { limit: self.limit, watched: Arc::clone(&self.watched), from, late: None })
    }
}

impl Timer for HeadTimer {
    fn sleep(&self, _: Duration) -> Pin<Box<dyn Sleep>> {
        self.head()
    }

    fn sleep_until(&self, _: Instant) -> Pin<Box<dyn Sleep>> {
        self.head()
    }
}

/// Ends when the head takes too long; dropped when it is there.
struct Head {
    limit: Duration,
    watched: Arc<Watched>,
    /// How many bytes had come before it.
    from: u64,
    /// Since its first byte.
    late: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Sleep for Head {}

impl Future for Head {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        if this.late.is_none() && this.watched.received() == this.from {
            // hyper asks again when it has read.
            return Poll::Pending;
        }
        let limit = this.limit;
        this.late.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit))).as_mut().poll(cx)
    }
}

impl Drop for Head {
    fn drop(&mut self) {
        self.watched.awaits_head.store(false, Ordering::Relaxed);
    }
}
