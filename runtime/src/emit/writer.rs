//! Where lines go: into a bounded buffer, and from there by a thread of its own to a sink that may be slow.

use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::drain;
use crate::record::sync_lock;

/// How many bytes may wait; what exceeds them is dropped. As many again may be on their way to the sink.
pub(crate) const CAPACITY: usize = 1024 * 1024;

/// How long the end of a program waits for a sink that takes nothing.
const PATIENCE: Duration = Duration::from_secs(5);

/// Takes whole lines.
pub trait WriteLine: Send + Sync + 'static {
    /// Writes a line, which ends in a line break. Must not wait for a slow sink, nor panic.
    fn write_line(&self, line: &[u8]);
}

/// Writes at once, under the lock: for tests, and where waiting does not matter. What cannot be written is
/// lost.
impl<W: Write + Send + 'static> WriteLine for Mutex<W> {
    fn write_line(&self, line: &[u8]) {
        let _ = sync_lock(self).write_all(line);
    }
}

impl<T: WriteLine + ?Sized> WriteLine for Arc<T> {
    fn write_line(&self, line: &[u8]) {
        (**self).write_line(line);
    }
}

/// A writer that never waits for its sink: lines wait in a buffer of 1 MiB, and a thread writes them.
///
/// A line that does not fit is dropped and counted, and so is one that the sink refuses: a pipe that nobody reads, a
/// full disk. Nothing panics and nothing is tried again. Attached to a registry
/// (`registry.attach(Arc::new(writer.clone()))`) it exposes the count as
/// `goldsignal_log_lines_dropped_total`.
///
/// # What can be lost
/// Lines are on their way for some milliseconds. The [`LogGuard`] writes them out when it is dropped, so keep it until
/// the end of `main`; a panic that unwinds drops it too. `abort`, `process::exit`, a second panic and a signal
/// that kills lose what waits: call [`flush`](Self::flush) before, where that is known.
#[derive(Clone)]
pub struct LogWriter(Arc<Shared>);

pub(crate) struct Shared {
    state: Mutex<State>,
    /// There is something to write, or to stop.
    work: Condvar,
    /// Something was written.
    done: Condvar,
    dropped: AtomicU64,
}

#[derive(Default)]
struct State {
    waiting: Vec<u8>,
    /// How many batches were handed over for writing, and how many of them are through.
    begun: u64,
    ended: u64,
    /// The thread waits without a limit, so it must be woken.
    asleep: bool,
    /// Someone waits for the batch, or the buffer is half full.
    hurry: bool,
    closed: bool,
}

/// What the thread shall do next.
pub(crate) enum Next {
    /// Write the batch.
    Write,
    /// Nothing is left, and nothing will come.
    Stop,
}

impl LogWriter {
    /// Starts a writer to standard output.
    ///
    /// # Errors
    /// When the thread cannot be started, or standard output is closed.
    pub fn stdout() -> io::Result<(Self, LogGuard)> {
        Self::new(drain::stdout()?)
    }

    /// Starts a writer to `sink`. Each write is one or more whole lines.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn new(sink: impl Write + Send + 'static) -> io::Result<(Self, LogGuard)> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            work: Condvar::new(),
            done: Condvar::new(),
            dropped: AtomicU64::new(0),
        });
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("goldsignal-log".to_owned())
            .spawn(move || drain::run(&for_thread, sink))?;
        let writer = Self(shared);
        Ok((writer.clone(), LogGuard { writer, thread: Some(thread) }))
    }

    /// Waits until every line that came before is written or dropped, but no longer than `at_most`; says
    /// whether that was achieved.
    pub fn flush(&self, at_most: Duration) -> bool {
        let state = sync_lock(&self.0.state);
        self.0.flush(state, at_most)
    }

    /// How many lines were dropped: because they did not fit, or because the sink refused them.
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }
}

impl WriteLine for LogWriter {
    fn write_line(&self, line: &[u8]) {
        let mut state = sync_lock(&self.0.state);
        if state.closed || state.waiting.len() + line.len() > CAPACITY {
            drop(state);
            self.0.drop_lines(1);
            return;
        }
        state.waiting.extend_from_slice(line);
        let hurry = !state.hurry && state.waiting.len() > CAPACITY / 2;
        state.hurry |= hurry;
        let wake = std::mem::take(&mut state.asleep) || hurry;
        drop(state);
        if wake {
            self.0.work.notify_one();
        }
    }
}

impl Shared {
    pub(crate) fn drop_lines(&self, lines: u64) {
        self.dropped.fetch_add(lines, Ordering::Relaxed);
    }

    /// Waits for lines and swaps them into `batch`, which is empty. After the first line it lets some more
    /// gather: waking a thread costs whoever wakes it more than the line did.
    pub(crate) fn next(&self, batch: &mut Vec<u8>, gather: Duration) -> Next {
        let mut state = sync_lock(&self.state);
        while state.waiting.is_empty() && !state.closed {
            state.asleep = true;
            state = wait(self.work.wait(state));
        }
        state.asleep = false;
        if !state.hurry && !state.closed {
            let idle = |state: &mut State| !state.hurry && !state.closed;
            state = wait(self.work.wait_timeout_while(state, gather, idle)).0;
        }
        state.hurry = false;
        if state.waiting.is_empty() {
            return Next::Stop;
        }
        std::mem::swap(&mut state.waiting, batch);
        state.begun += 1;
        Next::Write
    }

    /// Says that the batch is through.
    pub(crate) fn end(&self) {
        sync_lock(&self.state).ended += 1;
        self.done.notify_all();
    }

    fn flush(&self, mut state: MutexGuard<'_, State>, at_most: Duration) -> bool {
        let until = Instant::now() + at_most;
        let batch = state.begun + u64::from(!state.waiting.is_empty());
        state.hurry = !state.waiting.is_empty();
        state.asleep = false;
        self.work.notify_one();
        while state.ended < batch {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = wait(self.done.wait_timeout(state, left)).0;
        }
        true
    }
}

/// What is guarded is consistent at every step, so a panic elsewhere does not matter.
fn wait<T>(result: std::sync::LockResult<T>) -> T {
    result.unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl fmt::Debug for LogWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogWriter").field("dropped", &self.dropped()).finish_non_exhaustive()
    }
}

/// Writes out what waits when it is dropped, and ends the writer: later lines are dropped and counted.
///
/// Waits five seconds at most for a sink that takes nothing.
#[derive(Debug)]
#[must_use = "dropping it ends the writer"]
pub struct LogGuard {
    writer: LogWriter,
    thread: Option<JoinHandle<()>>,
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        let shared = &self.writer.0;
        let mut state = sync_lock(&shared.state);
        state.closed = true;
        let flushed = shared.flush(state, PATIENCE);
        // A thread that hangs in a write would hang here too.
        if let Some(thread) = self.thread.take().filter(|_| flushed) {
            let _ = thread.join();
        }
    }
}
