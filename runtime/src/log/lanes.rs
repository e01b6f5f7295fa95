//! Buffers of lines that wait for the log's thread. There are several lanes, so that threads that
//! write lines at the same moment seldom contend for a lock.

use std::mem;
use std::sync::{Mutex, MutexGuard, TryLockError};

use super::buffer::{Buffer, Reserved};
use crate::record::clock::Reading;
use crate::record::sync_lock;
use crate::record::thread_number::thread_number;

/// The number of lanes. Threads share them if there are more threads.
const LANES: usize = 8;

/// The most bytes that a lane holds.
pub(super) const CAPACITY: usize = 1024 * 1024;

/// Above this many bytes the log's thread writes without further delay; the other half is the
/// reserve until it runs.
const PLENTY: usize = CAPACITY / 2;

/// The length of a short line, in bytes.
const SHORT: usize = 64;

/// How many bytes are sorted and written at once: the capacity of a pipe.
const PIECE: usize = 64 * 1024;

/// All lanes.
#[derive(Debug, Default)]
pub(super) struct Lanes([Lane; LANES]);

/// The lines of some threads. 128-byte aligned: no false sharing, nor through adjacent-line
/// prefetch.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Lane(Mutex<Queue>);

/// Lines, one after the other.
#[derive(Debug, Default)]
struct Queue {
    text: Buffer,
    /// The time and the end of each line.
    lines: Vec<(Reading, usize)>,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// It is in a lane. `plenty`: the lane passed [`PLENTY`] by it.
    Taken { plenty: bool },
    /// The writer withdrew it.
    Withdrawn,
    /// The lane is full.
    Full,
}

impl Lanes {
    /// Appends a line to this thread's lane, where `write` writes it. `write` returns the capacity
    /// that it left, and whether the line stays; or `None` if the capacity was too small.
    ///
    /// The lane is locked meanwhile, so `write` must not run any code of the service.
    #[inline]
    pub(super) fn push(
        &self,
        at: Reading,
        write: impl FnOnce(Reserved<'_>) -> Option<(Reserved<'_>, bool)>,
    ) -> Pushed {
        let mut queue = self.lock();
        if queue.lines.capacity() == 0 {
            *queue = Queue::with_room();
        }
        let before = queue.text.len();
        match queue.text.put_if(write) {
            Some(true) => {}
            Some(false) => return Pushed::Withdrawn,
            None => return Pushed::Full,
        }
        let len = queue.text.len();
        queue.lines.push((at, len));
        Pushed::Taken { plenty: len > PLENTY && before <= PLENTY }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it returns more than fits into registers")]
    fn lock(&self) -> MutexGuard<'_, Queue> {
        let own = thread_number() % LANES;
        match self.0[own].0.try_lock() {
            Ok(queue) => queue,
            Err(_) => self.lock_another(own),
        }
    }

    /// Locks another lane if this thread's own is in use: by another thread, or by this one, which
    /// panicked while it wrote a line and writes one about that.
    #[cold]
    fn lock_another(&self, own: usize) -> MutexGuard<'_, Queue> {
        let mut others = (0..LANES).map(|other| &self.0[(own + other) % LANES].0);
        let free = others.find_map(|lane| match lane.try_lock() {
            Ok(queue) => Some(queue),
            Err(TryLockError::Poisoned(queue)) => {
                // A line that was not written as a whole is not part of the queue.
                lane.clear_poison();
                Some(queue.into_inner())
            }
            Err(TryLockError::WouldBlock) => None,
        });
        free.unwrap_or_else(|| sync_lock(&self.0[own].0))
    }

    pub(super) fn are_empty(&self) -> bool {
        self.0.iter().all(|lane| sync_lock(&lane.0).lines.is_empty())
    }

    /// Takes the lines of all lanes at one moment, so that no line stays behind that was written
    /// before a taken one.
    pub(super) fn take(&self, batch: &mut Batch) {
        batch.clear();
        let mut lanes = self.0.each_ref().map(|lane| sync_lock(&lane.0));
        for (queue, taken) in lanes.iter_mut().zip(&mut batch.0) {
            if queue.lines.is_empty() {
                continue;
            }
            // No thread that writes lines may have to allocate twice.
            if taken.lines.capacity() == 0 {
                *taken = Queue::with_room();
            }
            mem::swap(&mut **queue, taken);
        }
    }
}

impl Queue {
    /// Allocates the whole capacity at once: the system provides memory only for pages that are
    /// written, and no line waits for a reallocation.
    #[cold]
    fn with_room() -> Self {
        let lines = Vec::with_capacity(CAPACITY / SHORT);
        Self { text: Buffer::with_capacity(CAPACITY), lines }
    }

    fn unread(&self) -> UnreadLines<'_> {
        UnreadLines { text: self.text.written(), lines: &self.lines, begin: 0 }
    }
}

/// The lines that were taken at one moment.
#[derive(Debug, Default)]
pub(super) struct Batch([Queue; LANES]);

impl Batch {
    /// Calls `write` with the lines in the order of their times, many at once. A line that another
    /// thread's line caused has the later time, and comes after it.
    pub(super) fn in_order(&self, mut write: impl FnMut(&[u8])) {
        let used = self.0.iter().filter(|lane| !lane.lines.is_empty());
        let mut unread: Vec<UnreadLines<'_>> = used.map(Queue::unread).collect();
        if let [only] = &unread[..] {
            return write(only.text);
        }
        let mut piece = Vec::new();
        while let Some(lane) = earliest(&mut unread) {
            piece.extend_from_slice(lane.next_line());
            if piece.len() > PIECE {
                write(&piece);
                piece.clear();
            }
        }
        if !piece.is_empty() {
            write(&piece);
        }
    }

    fn clear(&mut self) {
        for lane in &mut self.0 {
            lane.text.clear(CAPACITY);
            lane.lines.clear();
        }
    }
}

/// The lines of a lane that are not sorted yet.
struct UnreadLines<'a> {
    text: &'a [u8],
    lines: &'a [(Reading, usize)],
    /// The start of the next line.
    begin: usize,
}

impl<'a> UnreadLines<'a> {
    fn next_line(&mut self) -> &'a [u8] {
        let Some((&(_, end), rest)) = self.lines.split_first() else { return &[] };
        self.lines = rest;
        &self.text[mem::replace(&mut self.begin, end)..end]
    }
}

/// The lane with the earliest next line.
fn earliest<'a, 'b>(lanes: &'b mut [UnreadLines<'a>]) -> Option<&'b mut UnreadLines<'a>> {
    let unread = lanes.iter_mut().filter(|lane| !lane.lines.is_empty());
    unread.min_by_key(|lane| lane.lines.first().map(|(at, _)| *at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;

    fn push(lanes: &Lanes, line: &[u8]) -> Pushed {
        lanes.push(Reading::now(), |reserved| Some((reserved.bytes(line)?, true)))
    }

    fn taken(lanes: &Lanes) -> String {
        let (mut batch, mut text) = (Batch::default(), Vec::new());
        lanes.take(&mut batch);
        batch.in_order(|piece| text.extend_from_slice(piece));
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn lines_of_many_threads_stand_in_the_order_of_their_times() {
        const THREADS: usize = 2 * LANES;
        let (lanes, turn) = (Lanes::default(), Barrier::new(THREADS));
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let (lanes, turn) = (&lanes, &turn);
                scope.spawn(move || {
                    for round in 0..5 * THREADS {
                        if round % THREADS == thread {
                            // Long enough for more than one piece.
                            let line = format!("{round:>2000}\n");
                            assert_ne!(push(lanes, line.as_bytes()), Pushed::Full);
                        }
                        turn.wait();
                    }
                });
            }
        });
        assert!(!lanes.are_empty());
        let expected: Vec<String> = (0..5 * THREADS).map(|round| round.to_string()).collect();
        assert_eq!(taken(&lanes).lines().map(str::trim).collect::<Vec<_>>(), expected);
        assert!(lanes.are_empty());
        assert_eq!(taken(&lanes), "");
    }

    #[test]
    fn a_full_lane_tells_so_and_plenty_is_told_once() {
        let lanes = Lanes::default();
        let line = [b'x'; 1024];
        let pushed: Vec<_> = (0..=CAPACITY / 1024).map(|_| push(&lanes, &line)).collect();
        let count = |wanted: Pushed| pushed.iter().filter(|pushed| **pushed == wanted).count();
        assert_eq!(count(Pushed::Taken { plenty: true }), 1);
        assert_eq!(count(Pushed::Full), 1);
        assert_eq!(taken(&lanes).len(), CAPACITY);
        assert_eq!(push(&lanes, &line), Pushed::Taken { plenty: false });
    }

    #[test]
    fn a_withdrawn_line_leaves_nothing() {
        let lanes = Lanes::default();
        let withdrawn =
            lanes.push(Reading::now(), |reserved| Some((reserved.bytes(b"half")?, false)));
        assert_eq!(withdrawn, Pushed::Withdrawn);
        assert!(lanes.are_empty());
        push(&lanes, b"whole\n");
        assert_eq!(taken(&lanes), "whole\n");
    }

    #[test]
    fn a_panic_while_a_line_is_written_blocks_no_other_line() {
        let lanes = Lanes::default();
        push(&lanes, b"before\n");
        let during = || push(&lanes, b"during\n");
        let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            lanes.push(Reading::now(), |_| {
                during();
                panic!("while the lane is locked")
            })
        }));
        assert!(unwound.is_err());
        push(&lanes, b"after\n");
        assert_eq!(taken(&lanes), "before\nduring\nafter\n");
    }
}
