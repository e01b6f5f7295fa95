//! The polls of an observation: how long they took, and how many there were.

use std::cell::Cell;

use crate::record::clock::Reading;

/// How long one poll may take by default, in nanoseconds: 10 ms. Until it ends, its worker runs no other task.
pub(crate) const BUDGET: u64 = 10_000_000;

/// The polls of an observation. A call of a function that is not `async` is one poll.
///
/// The first poll begins with the observation and the last one ends with it, so an observation of one poll reads no
/// clock for it.
#[derive(Debug)]
pub(crate) struct Polls {
    /// When the running poll began; [`Reading::NONE`] between two polls.
    since: Cell<Reading>,
    /// Nanoseconds in polls that have ended.
    busy: Cell<u64>,
    /// Nanoseconds of the longest of them.
    longest: Cell<u64>,
    /// How many have ended.
    count: Cell<u32>,
    /// Whether a runtime polls it, so that a long poll delays other tasks.
    by_runtime: Cell<bool>,
    /// Whether a poll took longer than it may.
    was_slow: Cell<bool>,
}

/// A poll that has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Poll {
    pub(crate) since: Reading,
    pub(crate) until: Reading,
    /// Nanoseconds.
    pub(crate) length: u64,
}

impl Polls {
    pub(crate) const fn new() -> Self {
        Self {
            since: Cell::new(Reading::NONE),
            busy: Cell::new(0),
            longest: Cell::new(0),
            count: Cell::new(0),
            by_runtime: Cell::new(false),
            was_slow: Cell::new(false),
        }
    }

    /// The first poll begins.
    #[inline]
    pub(super) fn begin(&mut self, at: Reading) {
        *self.since.get_mut() = at;
    }

    /// The first poll of a reused observation begins.
    #[inline]
    pub(super) fn renew(&mut self, at: Reading) {
        *self.since.get_mut() = at;
        *self.busy.get_mut() = 0;
        *self.longest.get_mut() = 0;
        *self.count.get_mut() = 0;
        *self.was_slow.get_mut() = false;
    }

    /// Says that a runtime polls it.
    #[inline]
    pub(crate) fn polled_by_runtime(&self) {
        self.by_runtime.set(true);
    }

    /// Whether a runtime polls it.
    pub(crate) fn is_by_runtime(&self) -> bool {
        self.by_runtime.get()
    }

    /// Whether it waits for its next poll.
    #[inline]
    pub(crate) fn is_waiting(&self) -> bool {
        self.since.get() == Reading::NONE
    }

    /// A further poll begins, by a runtime.
    pub(crate) fn resume(&self, at: Reading) {
        self.since.set(at);
        self.by_runtime.set(true);
    }

    /// The future was made, and waits for its first poll.
    pub(crate) fn wait_for_first(&self) {
        self.since.set(Reading::NONE);
    }

    /// The running poll ends at `at`. `None` if none runs.
    #[inline]
    pub(crate) fn pause(&self, at: Reading) -> Option<Poll> {
        let since = self.since.replace(Reading::NONE);
        if since == Reading::NONE {
            return None;
        }
        let length = at.since(since);
        self.busy.set(self.busy.get() + length);
        self.longest.set(self.longest.get().max(length));
        self.count.set(self.count.get().saturating_add(1));
        Some(Poll { since, until: at, length })
    }

    /// Nanoseconds of the running poll, if it ends with the observation, which lasted `elapsed` until `at`; 0 if none runs.
    #[inline]
    pub(crate) fn last(&self, at: Reading, started: Reading, elapsed: u64) -> u64 {
        match self.since.get() {
            // The usual case: the only poll.
            since if since == started => elapsed,
            Reading::NONE => 0,
            since => at.since(since),
        }
    }

    /// Whether it has waited for a further poll.
    #[inline]
    pub(crate) fn has_waited(&self) -> bool {
        self.count.get() > 0
    }

    /// How many polls have ended.
    pub(crate) fn count(&self) -> u32 {
        self.count.get()
    }

    /// Remembers that a poll took longer than it may.
    pub(crate) fn set_slow(&self) {
        self.was_slow.set(true);
    }

    /// Nanoseconds in polls that have ended, and of the longest of them, if one took longer than it may.
    #[inline]
    pub(crate) fn sums_if_slow(&self) -> Option<(u64, u64)> {
        self.was_slow.get().then(|| (self.busy.get(), self.longest.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    /// The clock may be the processor's counter, so a length is measured.
    fn after(start: Reading, nanoseconds: u64) -> Reading {
        let mut at = start;
        while at.since(start) < nanoseconds {
            at = Reading::of_ticks(at.ticks() + 1000);
        }
        at
    }

    #[test]
    fn the_time_between_polls_is_not_theirs() {
        let start = Reading::now();
        let mut polls = Polls::new();
        polls.begin(start);
        assert_eq!(polls.last(start, start, 7), 7, "the only poll");
        assert_eq!(polls.pause(after(start, 2 * MS)).unwrap().length / MS, 2);
        assert!(polls.is_waiting() && polls.pause(start).is_none());
        assert_eq!(polls.last(start, start, 7), 0, "none runs");
        let again = after(start, 100 * MS);
        polls.resume(again);
        let end = after(again, 5 * MS);
        assert_eq!(polls.last(end, start, 105 * MS) / MS, 5);
        polls.pause(end);
        assert_eq!(polls.sums_if_slow(), None);
        polls.set_slow();
        let (busy, longest) = polls.sums_if_slow().unwrap();
        assert_eq!((busy / MS, longest / MS, polls.count()), (7, 5, 2));
        polls.renew(start);
        assert_eq!((polls.sums_if_slow(), polls.count()), (None, 0));
    }
}
