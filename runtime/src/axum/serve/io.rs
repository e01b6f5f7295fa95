//! A connection that is watched: whether it has said anything, and what becomes of it when it is upgraded.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;

use crate::record::sync_lock;

/// What HTTP/2 connections begin with (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Nothing more is read: the reader sees the end of the connection.
const READS_ENDED: u8 = 1;
/// Nothing more is written either.
const ALL_ENDED: u8 = 2;

/// What is known of a connection. Its task has this, and the connection itself.
#[derive(Debug, Default)]
pub(super) struct Watched {
    /// It has said which version of HTTP it speaks.
    has_begun: AtomicBool,
    /// How many bytes came.
    received: AtomicU64,
    /// hyper waits for the head of a request.
    pub(super) awaits_head: AtomicBool,
    ended: AtomicU8,
    /// Who waits to read, and who to write.
    waiting: Mutex<[Option<Waker>; 2]>,
    /// The connection was closed.
    closed: Notify,
}

impl Watched {
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Relaxed)
    }

    pub(super) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Lets the reader see the end of the connection, though the peer has not closed it.
    pub(super) fn end_reads(&self) {
        self.end(READS_ENDED);
    }

    /// Lets everyone who uses the connection see its end.
    pub(super) fn end_all(&self) {
        self.end(ALL_ENDED);
    }

    fn end(&self, what: u8) {
        self.ended.fetch_max(what, Ordering::Relaxed);
        let waiting = std::mem::take(&mut *sync_lock(&self.waiting));
        waiting.into_iter().flatten().for_each(Waker::wake);
    }

    /// Waits until the connection is closed.
    pub(super) async fn closed(&self) {
        self.closed.notified().await;
    }

    fn has_ended(&self, what: u8) -> bool {
        self.ended.load(Ordering::Relaxed) >= what
    }

    /// Remembers who waits. `true` if he need not, as the end came meanwhile.
    fn wait(&self, what: u8, cx: &Context<'_>) -> bool {
        let mut waiting = sync_lock(&self.waiting);
        match &mut waiting[usize::from(what - 1)] {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        // Under the lock: who ends it looks for wakers afterwards.
        self.has_ended(what)
    }
}

/// A connection.
#[derive(Debug)]
pub(super) struct Io<I> {
    inner: I,
    watched: Arc<Watched>,
    /// How many bytes of the preface came, as long as nothing else did.
    preface: usize,
}

impl<I> Io<I> {
    pub(super) fn new(inner: I, watched: Arc<Watched>) -> Self {
        Self { inner, watched, preface: 0 }
    }

    fn receive(&mut self, bytes: &[u8]) {
        let before = self.watched.received.load(Ordering::Relaxed);
        self.watched.received.store(before + bytes.len() as u64, Ordering::Relaxed);
        if self.preface < PREFACE.len() {
            let rest = &PREFACE[self.preface..];
            let same = rest.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            let is_other = same < rest.len().min(bytes.len());
            self.preface = if is_other { PREFACE.len() } else { self.preface + same };
            if self.preface == PREFACE.len() {
                self.watched.has_begun.store(true, Ordering::Relaxed);
            }
        }
    }
}

impl<I> Drop for Io<I> {
    fn drop(&mut self) {
        self.watched.closed.notify_one();
    }
}

fn ended<T>() -> Poll<io::Result<T>> {
    Poll::Ready(Err(io::Error::new(ErrorKind::ConnectionAborted, "the server has stopped")))
}

impl<I: AsyncRead + Unpin> AsyncRead for Io<I> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.watched.has_ended(READS_ENDED) {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        match Pin::new(&mut this.inner).poll_read(cx, buffer) {
            Poll::Pending if this.watched.wait(READS_ENDED, cx) => Poll::Ready(Ok(())),
            Poll::Pending => Poll::Pending,
            Poll::Ready(result) => {
                this.receive(&buffer.filled()[before..]);
                Poll::Ready(result)
            }
        }
    }
}

impl<I: AsyncWrite + Unpin> Io<I> {
    fn write<T>(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut I>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if self.watched.has_ended(ALL_ENDED) {
            return ended();
        }
        match write(Pin::new(&mut self.inner), cx) {
            Poll::Pending if self.watched.wait(ALL_ENDED, cx) => ended(),
            polled => polled,
        }
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Io<I> {
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
