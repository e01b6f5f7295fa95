//! The bytes that the spans of undecided traces may take, in the whole process.
//!
//! A thread takes them from the process in blocks, so that its spans touch no memory of other
//! threads.

use std::cell::Cell;
use std::sync::atomic::{AtomicIsize, Ordering};

/// How many bytes there are.
const MAX_BYTES: isize = 32 << 20;

/// How many a thread takes at a time. It retains two blocks at most.
const BLOCK: isize = 16 << 10;

static BUDGET: Budget = Budget(AtomicIsize::new(MAX_BYTES));

/// The bytes that no thread has taken.
struct Budget(AtomicIsize);

/// The bytes that a thread has taken, and none of its spans has.
struct Taken(Cell<isize>);

thread_local! {
    static TAKEN: Taken = const { Taken(Cell::new(0)) };
}

impl Budget {
    fn take(&self, taken: &Taken, bytes: isize) -> bool {
        let has_room = taken.0.get() >= bytes || self.refill(taken, bytes);
        if has_room {
            taken.0.set(taken.0.get() - bytes);
        }
        has_room
    }

    #[cold]
    fn refill(&self, taken: &Taken, bytes: isize) -> bool {
        let block = bytes.max(BLOCK);
        let rest = |free: isize| (free >= block).then_some(free - block);
        let is_taken = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, rest).is_ok();
        if is_taken {
            taken.0.set(taken.0.get() + block);
        }
        is_taken
    }

    fn give_back(&self, taken: &Taken, bytes: isize) {
        let all = taken.0.get() + bytes;
        let surplus = if all > 2 * BLOCK { all - BLOCK } else { 0 };
        taken.0.set(all - surplus);
        if surplus > 0 {
            self.0.fetch_add(surplus, Ordering::Relaxed);
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        BUDGET.0.fetch_add(self.0.get(), Ordering::Relaxed);
    }
}

/// The bytes of a span. Dropping it gives them back.
#[derive(Debug, Default)]
pub(super) struct Charge(isize);

impl Charge {
    /// Takes more bytes. `false`, and takes none, if there are not enough.
    pub(super) fn try_add(&mut self, bytes: usize) -> bool {
        let Ok(bytes) = isize::try_from(bytes) else { return false };
        // The thread-local is gone if the thread is ending.
        let has_room = TAKEN.try_with(|taken| BUDGET.take(taken, bytes)).unwrap_or(false);
        self.0 += if has_room { bytes } else { 0 };
        has_room
    }

    #[cfg(test)]
    pub(super) const fn bytes(&self) -> isize {
        self.0
    }
}

impl Drop for Charge {
    #[inline]
    fn drop(&mut self) {
        if self.0 > 0 && TAKEN.try_with(|taken| BUDGET.give_back(taken, self.0)).is_err() {
            BUDGET.0.fetch_add(self.0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_threads_take_is_bounded_and_given_back() {
        let budget = Budget(AtomicIsize::new(10 * BLOCK));
        let [one, other] = [0, 0].map(|none| Taken(Cell::new(none)));
        let takes = |taken: &Taken| (0..1000).filter(|_| budget.take(taken, 1000)).count();
        let (of_one, of_other) = (takes(&one), takes(&other));
        assert_eq!((of_one, of_other), (163, 0));
        assert!(!budget.take(&other, isize::MAX));
        (0..of_one).for_each(|_| budget.give_back(&other, 1000));
        // Each thread retains what is left of two blocks.
        let free = |taken: &Taken| taken.0.get();
        assert!(free(&one) < BLOCK && (BLOCK..=2 * BLOCK).contains(&free(&other)));
        assert_eq!(budget.0.load(Ordering::Relaxed) + free(&one) + free(&other), 10 * BLOCK);
        // Nothing is left over for the process when these are dropped.
        one.0.set(0);
        other.0.set(0);
    }
}
