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

use super::io::ConnectionState;

/// What hyper asks for the time; it does so for heads alone.
#[derive(Debug)]
pub(super) struct HeaderReadTimer {
    limit: Duration,
    state: Arc<ConnectionState>,
    /// A head was waited for before.
    is_subsequent: AtomicBool,
}

impl HeaderReadTimer {
    pub(super) fn new(limit: Duration, state: Arc<ConnectionState>) -> Self {
        Self { limit, state, is_subsequent: AtomicBool::new(false) }
    }

    fn start(&self) -> Pin<Box<dyn Sleep>> {
        let is_subsequent = self.is_subsequent.swap(true, Ordering::Relaxed);
        // Of the first head, the bytes that told the version of HTTP are there already.
        let received_before = if is_subsequent { self.state.received() } else { 0 };
        self.state.awaits_head.store(true, Ordering::Relaxed);
        Box::pin(HeaderReadTimeout {
            limit: self.limit,
            state: Arc::clone(&self.state),
            received_before,
            sleep: None,
        })
    }
}

impl Timer for HeaderReadTimer {
    fn sleep(&self, _: Duration) -> Pin<Box<dyn Sleep>> {
        self.start()
    }

    fn sleep_until(&self, _: Instant) -> Pin<Box<dyn Sleep>> {
        self.start()
    }
}

/// Ends when the head takes too long; dropped when it is there.
struct HeaderReadTimeout {
    limit: Duration,
    state: Arc<ConnectionState>,
    /// How many bytes had come before it.
    received_before: u64,
    /// Since its first byte.
    sleep: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Sleep for HeaderReadTimeout {}

impl Future for HeaderReadTimeout {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        if this.sleep.is_none() && this.state.received() == this.received_before {
            // hyper asks again when it has read.
            return Poll::Pending;
        }
        let limit = this.limit;
        this.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit))).as_mut().poll(cx)
    }
}

impl Drop for HeaderReadTimeout {
    fn drop(&mut self) {
        self.state.awaits_head.store(false, Ordering::Relaxed);
    }
}
