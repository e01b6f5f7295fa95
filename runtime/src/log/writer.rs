//! The log's writer: a thread writes the lines, so that no request waits for a sink.

use std::fmt::{self, Debug};
use std::io::{IsTerminal, Write};
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::time::Duration;

use super::buffer::Reserved;
use super::drain::{self, Drain, Render};
use super::lanes::{Batch, Lanes, Pushed};
use crate::record::clock::Reading;
use crate::record::sync_lock;
use crate::record::visit::{Losses, Readable, Source};

/// How long the thread lets lines gather. Waking it costs a request more than the line itself, so
/// lines that follow the first one within this time share the wake-up.
const GATHER: Duration = Duration::from_millis(2);

/// The name of the thread that writes.
pub(crate) const THREAD: &str = "goldsignal-log";

/// Accepts lines and never waits for the sink.
///
/// A thread writes the gathered lines in the order of their times, several whole lines at once.
/// Lines are dropped and counted if the sink refuses them (a closed pipe, a full disk) or if the
/// buffers are full: 1 MiB for the lines of a thread, which it may share with others, 8 MiB in all.
/// Nothing panics.
///
/// # After a fork
/// A child process has no such thread until its first line, which starts one. Lines that were
/// buffered at the fork may be written by both processes. If the parent's thread was writing at
/// that moment, the child drops and counts its lines, and reports that once on standard error.
///
/// # What can be lost
/// Buffered lines are lost if the process ends without [`flush`]: by `abort`, `process::exit`, a
/// fatal signal, or at the end of `main`. Dropping the last clone flushes too, but a global
/// subscriber keeps its clone for ever.
///
/// [`flush`]: LogWriter::flush
#[derive(Clone, Debug)]
pub struct LogWriter(Arc<Owner>);

/// Ends the thread when the last writer is dropped.
#[derive(Debug)]
struct Owner {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    lanes: Lanes,
    sink: Sink,
    /// Whether the sink is a terminal.
    is_terminal: bool,
    /// Writes lines in another form than JSON.
    render: OnceLock<Box<dyn Render>>,
    /// The process that owns the thread. It differs after a fork.
    process: AtomicU32,
    /// Whether the thread sleeps until a first line: the thread that writes one must wake it.
    is_idle: AtomicBool,
    turns: Mutex<Turns>,
    /// Signals a wake-up.
    called: Condvar,
    /// Signals the end of a turn.
    written: Condvar,
    dropped: AtomicU64,
    /// The numbers of lines that the log itself left out.
    suppressed: AtomicU64,
    sampled_out: AtomicU64,
}

/// The sink. Only the log's thread locks it, while it writes.
#[derive(Default)]
struct Sink(Mutex<Option<Drain<Box<dyn Write + Send>>>>);

impl Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sink")
    }
}

impl Sink {
    /// Writes lines; returns how many were refused, or `None` if a fork left the thread that held
    /// the lock behind.
    fn write(&self, lines: &[u8], render: Option<&dyn Render>) -> Option<u64> {
        let mut sink = match self.0.try_lock() {
            Ok(sink) => sink,
            Err(TryLockError::Poisoned(sink)) => sink.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        sink.as_mut().map(|sink| match render {
            Some(render) => sink.write_as(render, lines),
            None => sink.write(lines),
        })
    }
}

/// In each turn the thread writes all buffered lines.
#[derive(Debug, Default)]
struct Turns {
    begun: u64,
    ended: u64,
    /// Write now, without further delay.
    is_urgent: bool,
    /// No more lines will follow.
    is_closed: bool,
}

impl Turns {
    /// Whether the thread may wait for more lines.
    fn may_wait(&mut self) -> bool {
        !self.is_urgent && !self.is_closed
    }
}

impl LogWriter {
    /// A writer to standard output.
    pub fn stdout() -> Self {
        Self::to(drain::stdout(), std::io::stdout().is_terminal())
    }

    /// A writer to standard error, for a program whose standard output carries something else, such as a protocol.
    pub fn stderr() -> Self {
        Self::to(Box::new(std::io::stderr()), std::io::stderr().is_terminal())
    }

    /// A writer to `sink`.
    pub fn new(sink: impl Write + Send + 'static) -> Self {
        Self::to(Box::new(sink), false)
    }

    fn to(sink: Box<dyn Write + Send>, is_terminal: bool) -> Self {
        let sink = Sink(Mutex::new(Some(Drain::new(sink))));
        let shared = Arc::new(Shared { sink, is_terminal, ..Shared::default() });
        shared.start();
        Self(Arc::new(Owner { shared }))
    }

    /// Whether it writes to a terminal: [`stdout`](Self::stdout) or [`stderr`](Self::stderr), where that is one.
    #[cfg(feature = "telemetry")]
    pub(crate) fn is_terminal(&self) -> bool {
        self.0.shared.is_terminal
    }

    /// Writes lines in another form from now on, unless it does already.
    #[cfg(feature = "telemetry")]
    pub(crate) fn render(&self, render: Box<dyn Render>) {
        let _ = self.0.shared.render.set(render);
    }

    /// Accepts a whole line with its time.
    #[inline]
    pub(crate) fn write(&self, line: &[u8], at: Reading) {
        self.write_in_place(at, |reserved| Some((reserved.bytes(line)?, true)));
    }

    /// Accepts a line, and those that are `before` it, which are dropped first.
    #[inline]
    pub(crate) fn write_after(&self, before: &[u8], line: &[u8], at: Reading) {
        if !before.is_empty() {
            return self.write_all_of(before, line, at);
        }
        self.write(line, at);
    }

    #[cold]
    fn write_all_of(&self, before: &[u8], line: &[u8], at: Reading) {
        // Together, so that no other line comes between them.
        if !self.try_write(at, |reserved| Some((reserved.bytes(before)?.bytes(line)?, true))) {
            self.0.shared.dropped.fetch_add(drain::count(before), Ordering::Relaxed);
            self.write(line, at);
        }
    }

    /// Accepts a line that `write` writes where it waits for the log's thread. Returns `false` if
    /// `write` withdrew it: see [`Lanes::push`].
    #[inline]
    pub(crate) fn write_in_place(
        &self,
        at: Reading,
        write: impl FnOnce(Reserved<'_>) -> Option<(Reserved<'_>, bool)>,
    ) -> bool {
        let shared = &self.0.shared;
        match shared.lanes.push(at, write) {
            Pushed::Taken { plenty } => {
                if plenty || shared.is_idle.load(Ordering::Relaxed) {
                    shared.call(plenty);
                }
            }
            Pushed::Withdrawn => return false,
            Pushed::Full => {
                shared.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
        true
    }

    /// Like [`write_in_place`](Self::write_in_place). Returns `false`, and counts nothing, if the
    /// lines do not fit.
    fn try_write(
        &self,
        at: Reading,
        write: impl FnOnce(Reserved<'_>) -> Option<(Reserved<'_>, bool)>,
    ) -> bool {
        let shared = &self.0.shared;
        let pushed = shared.lanes.push(at, write);
        if let Pushed::Taken { plenty } = pushed {
            if plenty || shared.is_idle.load(Ordering::Relaxed) {
                shared.call(plenty);
            }
        }
        matches!(pushed, Pushed::Taken { .. })
    }

    /// Waits until all accepted lines are written, at most for `patience`. Returns whether they
    /// are.
    pub fn flush(&self, patience: Duration) -> bool {
        self.0.shared.flush(patience)
    }

    /// How many lines were left out because they repeated an error.
    pub fn suppressed(&self) -> u64 {
        self.0.shared.suppressed.load(Ordering::Relaxed)
    }

    /// How many lines of good ends were left out by sampling.
    pub fn sampled_out(&self) -> u64 {
        self.0.shared.sampled_out.load(Ordering::Relaxed)
    }

    pub(crate) fn suppressed_one(&self) {
        self.0.shared.suppressed.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn sampled_out_one(&self) {
        self.0.shared.sampled_out.fetch_add(1, Ordering::Relaxed);
    }

    /// How many lines were dropped because the buffers were full or the sink refused them.
    pub fn dropped(&self) -> u64 {
        self.0.shared.dropped.load(Ordering::Relaxed)
    }

    /// The counters of lost lines as a source for a registry. All clones of a writer share one source, so that a registry
    /// counts its lines once; the source does not keep the writer's thread alive.
    pub(crate) fn losses(&self) -> Arc<dyn Source> {
        Arc::clone(&self.0.shared) as _
    }
}

impl Source for Shared {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        Vec::new()
    }

    fn losses(&self, losses: &mut Losses) {
        losses.log_lines += self.dropped.load(Ordering::Relaxed);
        losses.log_lines_suppressed += self.suppressed.load(Ordering::Relaxed);
        losses.log_lines_sampled_out += self.sampled_out.load(Ordering::Relaxed);
    }
}

impl Shared {
    /// Starts the thread if this process has none. Returns whether it did.
    fn start(self: &Arc<Self>) -> bool {
        let process = std::process::id();
        if self.process.swap(process, Ordering::Relaxed) == process {
            return false;
        }
        let theirs = Arc::clone(self);
        let thread = std::thread::Builder::new().name(THREAD.to_owned());
        // Without the thread no line is ever written: the buffers fill, and drops are counted.
        drop(thread.spawn(move || theirs.write_all()));
        true
    }

    /// Wakes the thread, unless another thread has done so.
    #[cold]
    fn call(self: &Arc<Self>, is_urgent: bool) {
        // A starting thread looks for lines by itself.
        if self.start() {
            return;
        }
        if self.is_idle.swap(false, Ordering::Relaxed) || is_urgent {
            // The lock is free only while the thread waits, so it cannot miss the signal.
            sync_lock(&self.turns).is_urgent |= is_urgent;
            self.called.notify_one();
        }
    }

    fn flush(self: &Arc<Self>, patience: Duration) -> bool {
        self.start();
        let mut turns = sync_lock(&self.turns);
        turns.is_urgent = true;
        self.called.notify_one();
        // The running turn may have begun before the last line.
        let last = turns.begun + 1;
        let waits = |turns: &mut Turns| turns.ended < last;
        let result = self.written.wait_timeout_while(turns, patience, waits);
        result.is_ok_and(|(_, timeout)| !timeout.timed_out())
    }

    /// The main loop of the thread.
    fn write_all(&self) {
        let (mut batch, mut is_cut_off) = (Batch::default(), false);
        loop {
            let turns = self.wait_for_a_line();
            let gathered = self.called.wait_timeout_while(turns, GATHER, Turns::may_wait);
            let mut turns = gathered.unwrap_or_else(PoisonError::into_inner).0;
            turns.is_urgent = false;
            turns.begun += 1;
            drop(turns);
            self.lanes.take(&mut batch);
            batch.in_order(|lines| {
                let render = self.render.get().map(|render| &**render);
                let refused = self.sink.write(lines, render).unwrap_or_else(|| {
                    if !mem::replace(&mut is_cut_off, true) {
                        eprintln!("the log of this forked process is lost: its sink was in use");
                    }
                    drain::count(lines)
                });
                self.dropped.fetch_add(refused, Ordering::Relaxed);
            });
            let mut turns = sync_lock(&self.turns);
            turns.ended += 1;
            self.written.notify_all();
            if turns.is_closed && self.lanes.are_empty() {
                return;
            }
        }
    }

    fn wait_for_a_line(&self) -> MutexGuard<'_, Turns> {
        let mut turns = sync_lock(&self.turns);
        while turns.may_wait() && self.lanes.are_empty() {
            self.is_idle.store(true, Ordering::Relaxed);
            // Checked once more: a thread that pushes a line later sees this store, because it
            // takes the lane's lock, and wakes us.
            if self.lanes.are_empty() {
                turns = self.called.wait(turns).unwrap_or_else(PoisonError::into_inner);
            }
            self.is_idle.store(false, Ordering::Relaxed);
        }
        turns
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        // A sink that blocks must not keep the process alive.
        self.shared.flush(Duration::from_secs(1));
        sync_lock(&self.shared.turns).is_closed = true;
        self.shared.called.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::lanes::CAPACITY;
    use std::io;
    use std::sync::mpsc;

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn writes_whole_lines_in_order() {
        let memory = Memory::default();
        let writer = LogWriter::new(memory.clone());
        for number in 0..1000 {
            writer.write(format!("{number}\n").as_bytes(), Reading::now());
        }
        assert!(writer.flush(Duration::from_secs(10)));
        let text = String::from_utf8(memory.0.lock().unwrap().clone()).unwrap();
        let expected: Vec<String> = (0..1000).map(|number| number.to_string()).collect();
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
        assert_eq!(writer.dropped(), 0);
    }

    /// A sink that blocks until the test releases it.
    struct Stuck(mpsc::Receiver<()>);

    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_stuck_sink_costs_lines_and_counts_them() {
        let (release, stuck) = mpsc::channel();
        let writer = LogWriter::new(Stuck(stuck));
        let line = vec![b'x'; 1024];
        writer.write(&line, Reading::now());
        // The thread has taken the first line and blocks in the sink.
        while !writer.0.shared.lanes.are_empty() {
            std::thread::yield_now();
        }
        for _ in 0..CAPACITY / 1024 + 7 {
            writer.write(&line, Reading::now());
        }
        assert_eq!(writer.dropped(), 7);
        drop(release);
        assert!(writer.flush(Duration::from_secs(10)));
        writer.write(&line, Reading::now());
        assert!(writer.flush(Duration::from_secs(10)));
        assert_eq!(writer.dropped(), 7);
    }

    #[test]
    fn a_line_alone_is_written_whenever_it_comes() {
        struct Sent(mpsc::Sender<usize>);

        impl Write for Sent {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.send(bytes.len()).unwrap();
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        let (sent, written) = mpsc::channel();
        let writer = LogWriter::new(Sent(sent));
        for _ in 0..200 {
            // At the moment when the thread goes to sleep after writing a line.
            writer.write(b"x\n", Reading::now());
            assert_eq!(written.recv_timeout(Duration::from_secs(10)), Ok(2));
        }
    }

    struct Broken;

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_broken_pipe_is_counted() {
        let writer = LogWriter::new(Broken);
        for _ in 0..5 {
            writer.write(b"x\n", Reading::now());
        }
        assert!(writer.flush(Duration::from_secs(10)));
        assert_eq!(writer.dropped(), 5);
    }
}
