//! The timeout for the head of an HTTP/1 request.
//!
//! hyper starts its timer when it begins to wait for a head, and would thus close idle connections. Load balancers keep idle
//! connections for a minute and more, and answer 502 if one is closed while they send a request. This timer starts with the
//! first byte of the head.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

use super::io::ConnectionState;

/// The timer that hyper gets. hyper uses it only for the heads of requests.
#[derive(Debug)]
pub(super) struct HeaderReadTimer {
    limit: Duration,
    state: Arc<ConnectionState>,
    /// A head was read before on this connection.
    is_subsequent: AtomicBool,
}

impl HeaderReadTimer {
    pub(super) fn new(limit: Duration, state: Arc<ConnectionState>) -> Self {
        Self { limit, state, is_subsequent: AtomicBool::new(false) }
    }

    fn start(&self) -> Pin<Box<dyn Sleep>> {
        let is_subsequent = self.is_subsequent.swap(true, Ordering::Relaxed);
        // The first head has begun already: hyper has read bytes of it to detect the version of HTTP.
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

/// Completes when the head takes too long. hyper drops it when the head is complete.
struct HeaderReadTimeout {
    limit: Duration,
    state: Arc<ConnectionState>,
    /// How many bytes the connection had received before the head.
    received_before: u64,
    /// Started with the first byte of the head.
    sleep: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Sleep for HeaderReadTimeout {}

impl Future for HeaderReadTimeout {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        if this.sleep.is_none() && this.state.received() == this.received_before {
            // hyper polls this again after each read.
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
