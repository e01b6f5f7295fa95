//! The log's way out: lines wait for a thread that writes them, so that no request waits for a sink.

use std::fmt::{self, Debug};
use std::io::Write;
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use super::drain::{self, Drain};
use super::lanes::{Batch, Full, Lanes};
use crate::record::clock::Reading;
use crate::record::sync_lock;

/// How long the thread lets lines gather, unless they are plenty before. Waking it costs the request that does more than the
/// line itself, so lines that come soon after the first one go with it.
const GATHER: Duration = Duration::from_millis(2);

/// The name of the thread that writes.
pub(crate) const THREAD: &str = "goldsignal-log";

/// Takes lines, never waits for the sink.
///
/// A thread writes what has gathered, in writes of whole lines, in the order of their times. Lines that the sink refuses
/// (a closed pipe, a full disk) are dropped and counted, as those are for which there is no room: 1 MiB for the lines of a
/// thread, which it may share with others, 8 MiB for all. Nothing panics.
///
/// # After a fork
/// A child has no such thread until its first line, which starts one. Lines that waited at that moment may be written by
/// both; where the parent's thread was just writing, the child's lines are dropped and counted, which it says
/// on the standard error once.
///
/// # What can be lost
/// Lines still waiting are lost when the process ends without [`flush`]: by `abort`, `process::exit`, a signal
/// that kills, or at the end of `main`. Dropping the last clone flushes too, but a global subscriber keeps
/// its clone for ever.
///
/// [`flush`]: LogWriter::flush
#[derive(Clone, Debug)]
pub struct LogWriter(Arc<Owner>);

/// Ends the thread when the last writer is gone.
#[derive(Debug)]
struct Owner {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    lanes: Lanes,
    sink: Sink,
    /// The process that has the thread: a fork has none.
    process: AtomicU32,
    /// The thread waits for a first line: whoever writes one is to call it.
    is_idle: AtomicBool,
    turns: Mutex<Turns>,
    /// The thread was called.
    called: Condvar,
    /// A turn ended.
    written: Condvar,
    dropped: AtomicU64,
    /// Lines that the log itself left out.
    suppressed: AtomicU64,
    sampled_out: AtomicU64,
}

/// Where lines go. Locked by the thread alone, while it writes.
#[derive(Default)]
struct Sink(Mutex<Option<Drain<Box<dyn Write + Send>>>>);

impl Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sink")
    }
}

impl Sink {
    /// Writes lines; gives how many were refused. `None` if the thread that wrote was left behind by a fork.
    fn write(&self, lines: &[u8]) -> Option<u64> {
        match self.0.try_lock() {
            Ok(mut sink) => sink.as_mut().map(|sink| sink.write(lines)),
            Err(TryLockError::Poisoned(sink)) => {
                sink.into_inner().as_mut().map(|sink| sink.write(lines))
            }
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

/// In each turn the thread writes all that waits.
#[derive(Debug, Default)]
struct Turns {
    begun: u64,
    ended: u64,
    /// What waits is to be written without gathering more.
    is_urgent: bool,
    /// There will be no more lines.
    is_closed: bool,
}

impl Turns {
    /// Whether the thread may wait for more.
    fn may_wait(&mut self) -> bool {
        !self.is_urgent && !self.is_closed
    }
}

impl LogWriter {
    /// A writer to the standard output.
    pub fn stdout() -> Self {
        Self::new(drain::stdout())
    }

    /// A writer to `sink`.
    pub fn new(sink: impl Write + Send + 'static) -> Self {
        let sink = Sink(Mutex::new(Some(Drain::new(Box::new(sink) as _))));
        let shared = Arc::new(Shared { sink, ..Shared::default() });
        shared.start();
        Self(Arc::new(Owner { shared }))
    }

    /// Takes a whole line of this time.
    #[inline]
    pub(crate) fn write(&self, line: &[u8], at: Reading) {
        let shared = &self.0.shared;
        match shared.lanes.push(line, at) {
            Ok(plenty) if plenty || shared.is_idle.load(Ordering::Relaxed) => shared.call(plenty),
            Ok(_) => {}
            Err(Full) => {
                shared.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Waits until everything taken so far is written, at most `patience`. Tells whether it is.
    pub fn flush(&self, patience: Duration) -> bool {
        self.0.shared.flush(patience)
    }

    /// How many lines were left out because they told of an error that was told just before.
    pub fn suppressed(&self) -> u64 {
        self.0.shared.suppressed.load(Ordering::Relaxed)
    }

    /// How many lines of good ends were left out because a share of them was asked for.
    pub fn sampled_out(&self) -> u64 {
        self.0.shared.sampled_out.load(Ordering::Relaxed)
    }

    pub(crate) fn suppressed_one(&self) {
        self.0.shared.suppressed.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn sampled_out_one(&self) {
        self.0.shared.sampled_out.fetch_add(1, Ordering::Relaxed);
    }

    /// How many lines were dropped: they did not fit, or the sink refused them.
    pub fn dropped(&self) -> u64 {
        self.0.shared.dropped.load(Ordering::Relaxed)
    }
}

impl Shared {
    /// Starts the thread, if this process has none. Tells whether it did.
    fn start(self: &Arc<Self>) -> bool {
        let process = std::process::id();
        if self.process.swap(process, Ordering::Relaxed) == process {
            return false;
        }
        let theirs = Arc::clone(self);
        let thread = std::thread::Builder::new().name(THREAD.to_owned());
        // Without the thread nothing is ever written: the buffer fills, and drops are counted.
        drop(thread.spawn(move || theirs.write_all()));
        true
    }

    /// Calls the thread, if nobody else has.
    #[cold]
    fn call(self: &Arc<Self>, is_urgent: bool) {
        // A thread that begins looks for lines by itself.
        if self.start() {
            return;
        }
        if self.is_idle.swap(false, Ordering::Relaxed) || is_urgent {
            // Once the lock is had the thread waits, and cannot miss it.
            sync_lock(&self.turns).is_urgent |= is_urgent;
            self.called.notify_one();
        }
    }

    fn flush(self: &Arc<Self>, patience: Duration) -> bool {
        self.start();
        let mut turns = sync_lock(&self.turns);
        turns.is_urgent = true;
        self.called.notify_one();
        // The turn that goes on may have begun before the last line.
        let last = turns.begun + 1;
        let waits = |turns: &mut Turns| turns.ended < last;
        let result = self.written.wait_timeout_while(turns, patience, waits);
        result.is_ok_and(|(_, timeout)| !timeout.timed_out())
    }

    /// The thread's life.
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
                let refused = self.sink.write(lines).unwrap_or_else(|| {
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
            // Looked at once more: whoever comes to a lane after that, by the lane's lock, sees the store and calls.
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
        // A sink that takes nothing must not keep the process.
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

    /// A sink that takes nothing until it is told to.
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
        // The thread has taken the first line and is stuck with it.
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
            // Just when the thread goes to sleep, as it has written one.
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
