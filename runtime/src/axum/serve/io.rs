//! A connection whose reads are watched, so that its task knows what has arrived and can shut the connection down.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;

use crate::record::sync_lock;

/// The connection preface of HTTP/2 (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Reads return the end of the stream.
const READ_CLOSED: u8 = 1;
/// Writes fail, too.
const BOTH_CLOSED: u8 = 2;

/// State that the task of a connection shares with its [`WatchedIo`].
#[derive(Debug, Default)]
pub(super) struct ConnectionState {
    /// Enough bytes have arrived to detect the version of HTTP.
    version_known: AtomicBool,
    /// How many bytes have arrived.
    received: AtomicU64,
    /// hyper waits for the head of a request.
    pub(super) awaits_head: AtomicBool,
    shutdown: AtomicU8,
    /// The wakers of the pending reader and writer.
    wakers: Mutex<[Option<Waker>; 2]>,
    /// The connection was closed.
    closed: Notify,
}

impl ConnectionState {
    pub(super) fn version_known(&self) -> bool {
        self.version_known.load(Ordering::Relaxed)
    }

    pub(super) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Lets reads return the end of the stream, although the peer has not closed it.
    pub(super) fn shutdown_read(&self) {
        self.shutdown(READ_CLOSED);
    }

    /// Lets reads return the end of the stream, and writes fail.
    pub(super) fn shutdown_both(&self) {
        self.shutdown(BOTH_CLOSED);
    }

    fn shutdown(&self, what: u8) {
        self.shutdown.fetch_max(what, Ordering::Relaxed);
        let wakers = std::mem::take(&mut *sync_lock(&self.wakers));
        wakers.into_iter().flatten().for_each(Waker::wake);
    }

    /// Waits until the connection is closed.
    pub(super) async fn closed(&self) {
        self.closed.notified().await;
    }

    fn is_shut(&self, what: u8) -> bool {
        self.shutdown.load(Ordering::Relaxed) >= what
    }

    /// Registers the waker of a pending operation. Returns `true` if the connection was shut down meanwhile.
    fn register_waker(&self, what: u8, cx: &Context<'_>) -> bool {
        let mut wakers = sync_lock(&self.wakers);
        match &mut wakers[usize::from(what - 1)] {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        // Checked under the lock, because `shutdown` takes the wakers after it has set the flag.
        self.is_shut(what)
    }
}

/// A connection that reports to a [`ConnectionState`] and obeys it.
#[derive(Debug)]
pub(super) struct WatchedIo<I> {
    inner: I,
    state: Arc<ConnectionState>,
    /// How many bytes of the HTTP/2 preface have matched; its whole length once the version is known.
    preface_matched: usize,
    /// What was registered last, by the pending reader and writer.
    registered: [Option<Registered>; 2],
}

/// A waker that `shutdown` will call, unless it was called since.
#[derive(Debug)]
struct Registered {
    waker: Waker,
    /// What was shut down before. A shutdown takes all wakers.
    shutdown: u8,
}

impl<I> WatchedIo<I> {
    pub(super) fn new(inner: I, state: Arc<ConnectionState>) -> Self {
        Self { inner, state, preface_matched: 0, registered: [None, None] }
    }

    /// Registers the waker of a pending operation, unless it is registered. Returns `true` if the connection was shut down
    /// meanwhile.
    #[inline]
    fn register(&mut self, what: u8, cx: &Context<'_>) -> bool {
        // If the shutdown is not seen here, it takes the wakers later, and calls the one that is registered.
        let shutdown = self.state.shutdown.load(Ordering::Relaxed);
        let is_registered = self.registered[usize::from(what - 1)]
            .as_ref()
            .is_some_and(|last| last.shutdown == shutdown && last.waker.will_wake(cx.waker()));
        if is_registered { shutdown >= what } else { self.register_anew(what, shutdown, cx) }
    }

    #[cold]
    fn register_anew(&mut self, what: u8, shutdown: u8, cx: &Context<'_>) -> bool {
        let waker = cx.waker().clone();
        self.registered[usize::from(what - 1)] = Some(Registered { waker, shutdown });
        self.state.register_waker(what, cx)
    }

    fn record_received(&mut self, bytes: &[u8]) {
        let before = self.state.received.load(Ordering::Relaxed);
        self.state.received.store(before + bytes.len() as u64, Ordering::Relaxed);
        if self.preface_matched < PREFACE.len() {
            let rest = &PREFACE[self.preface_matched..];
            let same = rest.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            let is_other = same < rest.len().min(bytes.len());
            self.preface_matched =
                if is_other { PREFACE.len() } else { self.preface_matched + same };
            if self.preface_matched == PREFACE.len() {
                self.state.version_known.store(true, Ordering::Relaxed);
            }
        }
    }
}

impl<I> Drop for WatchedIo<I> {
    fn drop(&mut self) {
        self.state.closed.notify_one();
    }
}

fn aborted<T>() -> Poll<io::Result<T>> {
    Poll::Ready(Err(io::Error::new(ErrorKind::ConnectionAborted, "the server has stopped")))
}

impl<I: AsyncRead + Unpin> AsyncRead for WatchedIo<I> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.state.is_shut(READ_CLOSED) {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        match Pin::new(&mut this.inner).poll_read(cx, buffer) {
            Poll::Pending if this.register(READ_CLOSED, cx) => Poll::Ready(Ok(())),
            Poll::Pending => Poll::Pending,
            Poll::Ready(result) => {
                this.record_received(&buffer.filled()[before..]);
                Poll::Ready(result)
            }
        }
    }
}

impl<I: AsyncWrite + Unpin> WatchedIo<I> {
    fn write<T>(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut I>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if self.state.is_shut(BOTH_CLOSED) {
            return aborted();
        }
        match write(Pin::new(&mut self.inner), cx) {
            Poll::Pending if self.register(BOTH_CLOSED, cx) => aborted(),
            polled => polled,
        }
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for WatchedIo<I> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().write(cx, |inner, cx| inner.poll_write(cx, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().write(cx, AsyncWrite::poll_flush)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().write(cx, AsyncWrite::poll_shutdown)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().write(cx, |inner, cx| inner.poll_write_vectored(cx, bytes))
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}
