//! Buffers of lines that wait for the log's thread. There are several lanes, so that threads that
//! write lines at the same moment seldom contend for a lock.

use std::mem;
use std::sync::Mutex;

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
    text: Vec<u8>,
    /// The time and the end of each line.
    lines: Vec<(Reading, usize)>,
}

/// The lane is full.
#[derive(Debug)]
pub(super) struct Full;

impl Lanes {
    /// Appends a line to this thread's lane. Returns whether the lane passed [`PLENTY`] by it.
    pub(super) fn push(&self, line: &[u8], at: Reading) -> Result<bool, Full> {
        let mut queue = sync_lock(&self.0[thread_number() % LANES].0);
        let len = queue.text.len() + line.len();
        if len > CAPACITY {
            return Err(Full);
        }
        if queue.text.capacity() == 0 {
            *queue = Queue::with_room();
        }
        let was_plenty = queue.text.len() > PLENTY;
        queue.text.extend_from_slice(line);
        queue.lines.push((at, len));
        Ok(len > PLENTY && !was_plenty)
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
            if taken.text.capacity() == 0 {
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
        Self { text: Vec::with_capacity(CAPACITY), lines: Vec::with_capacity(CAPACITY / SHORT) }
    }

    fn unread(&self) -> UnreadLines<'_> {
        UnreadLines { text: &self.text, lines: &self.lines, begin: 0 }
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
            lane.text.clear();
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
                            lanes.push(line.as_bytes(), Reading::now()).unwrap();
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
        let pushed: Vec<_> =
            (0..=CAPACITY / 1024).map(|_| lanes.push(&line, Reading::now()).ok()).collect();
        assert_eq!(pushed.iter().filter(|pushed| **pushed == Some(true)).count(), 1);
        assert_eq!(pushed.iter().filter(|pushed| pushed.is_none()).count(), 1);
        assert_eq!(taken(&lanes).len(), CAPACITY);
        assert_eq!(lanes.push(&line, Reading::now()).ok(), Some(false));
    }
}
