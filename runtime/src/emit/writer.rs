//! The log's way out: a bounded buffer and a thread that writes it, so that no request waits for a sink.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::drain::{self, Drain};
use crate::record::sync_lock;

/// How much may wait to be written, in bytes. A line that does not fit is dropped and counted.
const CAPACITY: usize = 1024 * 1024;

/// How long the thread lets lines gather. Waking it costs the request that does more than the line itself,
/// so lines that come soon after the first one go with it.
const GATHER: Duration = Duration::from_millis(2);

/// How much gathers no longer than that, in bytes.
const PLENTY: usize = CAPACITY / 2;

/// How long lines gather after many came at once: the thread looks after them by itself, and nobody has to wake it.
const BUSY: Duration = Duration::from_micros(100);

/// Takes lines, never waits for the sink.
///
/// A thread writes what has gathered, in writes of whole lines. Lines that the sink refuses (a closed pipe, a
/// full disk) are dropped and counted, and nothing panics.
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
    state: Mutex<State>,
    /// Something waits, or the end was asked for.
    filled: Condvar,
    /// Everything that waited was written.
    drained: Condvar,
    dropped: AtomicU64,
    /// Lines that the log itself left out.
    suppressed: AtomicU64,
    sampled_out: AtomicU64,
}

#[derive(Debug)]
struct State {
    waiting: Vec<u8>,
    lines: u64,
    writing: bool,
    /// What waits is to be written without gathering more.
    urgent: bool,
    ended: bool,
}

impl Default for State {
    fn default() -> Self {
        // All of it at once: the system gives memory only to what is written, and no line waits for a copy.
        let waiting = Vec::with_capacity(CAPACITY);
        Self { waiting, lines: 0, writing: false, urgent: false, ended: false }
    }
}

impl LogWriter {
    /// A writer to the standard output.
    pub fn stdout() -> Self {
        Self::new(drain::stdout())
    }

    /// A writer to `sink`.
    pub fn new(sink: impl Write + Send + 'static) -> Self {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("goldsignal-log".into());
        // Without the thread nothing is ever written: the buffer fills, and drops are counted.
        drop(thread.spawn(move || theirs.write_all(sink)));
        Self(Arc::new(Owner { shared }))
    }

    /// Takes a whole line.
    pub(crate) fn write(&self, line: &[u8]) {
        let shared = &self.0.shared;
        let mut state = sync_lock(&shared.state);
        if state.waiting.len() + line.len() > CAPACITY {
            shared.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        state.waiting.extend_from_slice(line);
        state.lines += 1;
        let plenty = state.waiting.len() > PLENTY && !std::mem::replace(&mut state.urgent, true);
        let first = state.lines == 1 && !state.writing;
        drop(state);
        if first || plenty {
            shared.filled.notify_one();
        }
    }

    /// Waits until everything taken so far is written, at most `patience`. Tells whether it is.
    pub fn flush(&self, patience: Duration) -> bool {
        let shared = &self.0.shared;
        let mut state = sync_lock(&shared.state);
        state.urgent = true;
        shared.filled.notify_one();
        let waits = |state: &mut State| state.lines > 0 || state.writing;
        let result = shared.drained.wait_timeout_while(state, patience, waits);
        result.is_ok_and(|(_, timeout)| !timeout.timed_out())
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
    /// The thread's life.
    fn write_all(&self, sink: impl Write) {
        let mut drain = Drain::new(sink);
        let mut batch = Vec::with_capacity(CAPACITY);
        let mut gather = GATHER;
        loop {
            let mut state = sync_lock(&self.state);
            while state.lines == 0 && !state.ended {
                state = self.filled.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
            }
            if state.lines == 0 {
                return;
            }
            let gathers = |state: &mut State| !state.urgent && !state.ended;
            let gathered = self.filled.wait_timeout_while(state, gather, gathers);
            let mut state = gathered.unwrap_or_else(std::sync::PoisonError::into_inner).0;
            state.urgent = false;
            std::mem::swap(&mut batch, &mut state.waiting);
            state.lines = 0;
            state.writing = true;
            drop(state);
            gather = if batch.len() > PLENTY / 4 { BUSY } else { GATHER };
            self.dropped.fetch_add(drain.write(&batch), Ordering::Relaxed);
            batch.clear();
            let mut state = sync_lock(&self.state);
            state.writing = false;
            if state.lines == 0 {
                self.drained.notify_all();
            }
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let state = sync_lock(&self.shared.state);
        let waits = |state: &mut State| state.lines > 0 || state.writing;
        // A sink that takes nothing must not keep the process.
        let patience = Duration::from_secs(1);
        if let Ok((mut state, _)) = self.shared.drained.wait_timeout_while(state, patience, waits) {
            state.ended = true;
        }
        self.shared.filled.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
            writer.write(format!("{number}\n").as_bytes());
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
        writer.write(&line);
        // The thread has taken the first line and is stuck with it.
        while sync_lock(&writer.0.shared.state).lines > 0 {
            std::thread::yield_now();
        }
        for _ in 0..CAPACITY / 1024 + 7 {
            writer.write(&line);
        }
        assert_eq!(writer.dropped(), 7);
        drop(release);
        assert!(writer.flush(Duration::from_secs(10)));
        writer.write(&line);
        assert!(writer.flush(Duration::from_secs(10)));
        assert_eq!(writer.dropped(), 7);
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
            writer.write(b"x\n");
        }
        assert!(writer.flush(Duration::from_secs(10)));
        assert_eq!(writer.dropped(), 5);
    }
}
