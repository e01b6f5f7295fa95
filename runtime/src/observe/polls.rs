//! The polls of an observation: how long they took, and how many there were.

use std::cell::Cell;

use super::observation::{Observation, Subject};
use crate::declare::Operation;
use crate::record::clock::Reading;

/// How long one poll may take by default, in nanoseconds: 10 ms. Until it ends, its worker runs no other task.
pub(crate) const BUDGET: u64 = 10_000_000;

/// The polls of an observation. A call of a function that is not `async` is one poll.
///
/// The first poll begins with the observation and the last one ends with it, so an observation of one poll reads no
/// clock for it. It is part of every observed future, so it is small.
#[derive(Debug)]
pub(crate) struct Polls {
    /// When the running poll began; [`Reading::NONE`] between two polls.
    since: Cell<Reading>,
    /// Microseconds in polls that have ended.
    busy: Cell<u32>,
    /// Microseconds of the longest of them.
    longest: Cell<u32>,
}

/// How many polls of an observation have ended, and what is known of them.
#[derive(Debug)]
pub(crate) struct PollCount(Cell<u32>);

/// A runtime polls it, so a long poll delays other tasks.
const BY_RUNTIME: u32 = 1 << 31;
/// A poll took longer than it may.
const WAS_SLOW: u32 = 1 << 30;
/// It has waited for a further poll, so it may be in the list of what is in flight.
const HAS_WAITED: u32 = 1 << 29;
const MOST: u32 = HAS_WAITED - 1;

impl PollCount {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(0))
    }

    /// Resets a reused observation, which the runtime still polls.
    #[inline]
    pub(super) fn renew(&mut self) {
        *self.0.get_mut() = BY_RUNTIME;
    }

    #[inline]
    fn add_one(&self) {
        if self.0.get() & MOST < MOST {
            self.0.set(self.0.get() + 1);
        }
    }

    /// How many polls have ended.
    #[inline]
    pub(crate) fn get(&self) -> u32 {
        self.0.get() & MOST
    }

    /// Says that a runtime polls it.
    #[inline]
    pub(crate) fn set_by_runtime(&self) {
        self.0.set(self.0.get() | BY_RUNTIME);
    }

    /// Whether a runtime polls it.
    pub(crate) fn is_by_runtime(&self) -> bool {
        self.0.get() & BY_RUNTIME != 0
    }

    /// Remembers that a poll took longer than it may.
    pub(crate) fn set_slow(&self) {
        self.0.set(self.0.get() | WAS_SLOW);
    }

    /// Remembers that it waits for a further poll.
    pub(crate) fn set_waited(&self) {
        self.0.set(self.0.get() | HAS_WAITED);
    }

    /// Whether it has waited for a further poll.
    #[inline]
    pub(crate) fn has_waited(&self) -> bool {
        self.0.get() & HAS_WAITED != 0
    }

    #[inline]
    fn was_slow(&self) -> bool {
        self.0.get() & WAS_SLOW != 0
    }
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
        Self { since: Cell::new(Reading::NONE), busy: Cell::new(0), longest: Cell::new(0) }
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
    }
}

impl Observation {
    /// Whether it waits for its next poll.
    #[inline]
    pub(crate) fn is_waiting(&self) -> bool {
        self.polls.since.get() == Reading::NONE
    }

    /// A further poll begins, by a runtime.
    pub(crate) fn resume(&self, at: Reading) {
        self.polls.since.set(at);
        self.poll_count.set_by_runtime();
    }

    /// The future was made, and waits for its first poll.
    pub(crate) fn wait_for_first_poll(&self) {
        self.polls.since.set(Reading::NONE);
    }

    /// The running poll ends at `at`. `None` if none runs.
    #[inline]
    pub(crate) fn pause(&self, at: Reading) -> Option<Poll> {
        let Polls { since, busy, longest } = &self.polls;
        let since = since.replace(Reading::NONE);
        if since == Reading::NONE {
            return None;
        }
        let length = at.since(since);
        let microseconds = u32::try_from(length / 1000).unwrap_or(u32::MAX);
        busy.set(busy.get().saturating_add(microseconds));
        longest.set(longest.get().max(microseconds));
        self.poll_count.add_one();
        Some(Poll { since, until: at, length })
    }

    /// Nanoseconds of the running poll, if it ends with the observation, which lasted `elapsed` until `at`; 0 if none runs.
    #[inline]
    pub(super) fn last_poll(&self, at: Reading, elapsed: u64) -> u64 {
        match self.polls.since.get() {
            // The usual case: the only poll.
            since if since == self.started() => elapsed,
            Reading::NONE => 0,
            since => at.since(since),
        }
    }

    /// Microseconds in polls that have ended, and of the longest of them, if one took longer than it may.
    #[inline]
    pub(super) fn polls_if_slow(&self) -> Option<(u32, u32)> {
        self.poll_count.was_slow().then(|| (self.polls.busy.get(), self.polls.longest.get()))
    }

    /// How long one poll may take, in nanoseconds. That of a request, at least: its operation may have a larger budget.
    #[inline]
    pub(crate) fn least_poll_budget(&self) -> u64 {
        match self.subject {
            Subject::Call { site, .. } => site.operation.poll_budget_nanoseconds(),
            _ => BUDGET,
        }
    }

    /// How long one poll may take, in nanoseconds.
    pub(crate) fn poll_budget(&self) -> u64 {
        self.operation().map_or(BUDGET, Operation::poll_budget_nanoseconds)
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::declare::SourceLocation;
    use crate::observe::captured::Captured;
    use crate::observe::site::Site;

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
        static SITE: Site =
            Site::new(Operation::new("polled", SourceLocation::new("p.rs", 1, "m")));
        let mut call = Observation::call(&SITE, Captured::new());
        call.begin_call(&SITE);
        let start = call.started();
        assert_eq!(call.last_poll(start, 7), 7, "the only poll");
        assert_eq!(call.pause(after(start, 2 * MS)).unwrap().length / MS, 2);
        assert!(call.is_waiting() && call.pause(start).is_none());
        assert_eq!(call.last_poll(start, 7), 0, "none runs");
        let again = after(start, 100 * MS);
        call.resume(again);
        assert!(!call.is_waiting() && call.poll_count.is_by_runtime());
        let end = after(again, 5 * MS);
        assert_eq!(call.last_poll(end, 105 * MS) / MS, 5);
        call.pause(end);
        assert_eq!((call.polls_if_slow(), call.poll_count.get()), (None, 2));
        call.poll_count.set_slow();
        let (busy, longest) = call.polls_if_slow().unwrap();
        assert_eq!((busy / 1000, longest / 1000, call.poll_count.get()), (7, 5, 2));
        call.polls.renew(start);
        call.poll_count.renew();
        assert_eq!((call.polls_if_slow(), call.poll_count.get()), (None, 0));
    }
}
