//! A register of `Distinct`: the largest rank that was seen in the last minutes, in one atomic number.
//!
//! A register that only grew would say how many keys there were since the process started. So a register forgets: it has the
//! largest rank of the current period and that of the period before. What is read is the larger of both, so a key shows for
//! one to two periods, and the maximum over a window of Prometheus has the keys of that window.

use std::cmp::Ordering::{Equal, Greater, Less};

use super::sync::{AtomicU64, Ordering};

/// Notes that a key of this `rank` was seen in `period`.
///
/// A key that was seen before, or has a low rank, costs a load: nothing is written.
#[inline]
pub(crate) fn note(register: &AtomicU64, period: u32, rank: u8) {
    let mut seen = register.load(Ordering::Relaxed);
    while let Some(noted) = noted(Ranks::of(seen), period, rank) {
        match register.compare_exchange_weak(
            seen,
            noted.bits(),
            Ordering::Relaxed,
            Ordering::Relaxed,
        ) {
            Ok(_) => return,
            Err(current) => seen = current,
        }
    }
}

/// The largest rank of `period` and the one before.
pub(crate) fn read(bits: u64, period: u32) -> u8 {
    let Ranks { period: last, now, before } = Ranks::of(bits);
    match period.saturating_sub(last) {
        0 => now.max(before),
        1 => now,
        _ => 0,
    }
}

/// The content of a register.
#[derive(Clone, Copy)]
struct Ranks {
    /// The last period in which something was noted.
    period: u32,
    /// The largest rank of that period.
    now: u8,
    /// The largest rank of the period before it.
    before: u8,
}

impl Ranks {
    #[expect(clippy::cast_possible_truncation, reason = "takes the fields apart")]
    const fn of(bits: u64) -> Self {
        Self { period: (bits >> 32) as u32, now: (bits >> 8) as u8, before: bits as u8 }
    }

    fn bits(self) -> u64 {
        u64::from(self.period) << 32 | u64::from(self.now) << 8 | u64::from(self.before)
    }
}

/// The content after a key of this rank; `None` if it is the same.
#[inline]
fn noted(ranks: Ranks, period: u32, rank: u8) -> Option<Ranks> {
    let Ranks { period: last, now, before } = ranks;
    match period.cmp(&last) {
        Equal => (rank > now).then_some(Ranks { now: rank, ..ranks }),
        Greater => {
            let before = if period - last == 1 { now } else { 0 };
            Some(Ranks { period, now: rank, before })
        }
        // Another thread has begun the next period.
        Less => (last - period == 1 && rank > before).then_some(Ranks { before: rank, ..ranks }),
    }
}

#[cfg(all(test, not(goldsignal_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_rank_shows_in_its_period_and_the_next() {
        let register = AtomicU64::new(0);
        let read = |period| read(register.load(Ordering::Relaxed), period);
        note(&register, 7, 5);
        note(&register, 7, 3);
        assert_eq!((read(7), read(8), read(9)), (5, 5, 0));
        note(&register, 8, 2);
        assert_eq!((read(8), read(9), read(10)), (5, 2, 0));
        // A thread that read the clock before the period ended.
        note(&register, 7, 9);
        assert_eq!((read(8), read(9)), (9, 2));
        note(&register, 12, 1);
        assert_eq!((read(12), read(13), read(14)), (1, 1, 0));
        note(&register, 7, 60);
        assert_eq!(read(12), 1);
    }

    #[test]
    fn what_is_known_is_not_written() {
        let ranks = Ranks { period: 3, now: 4, before: 9 };
        assert!(noted(ranks, 3, 4).is_none() && noted(ranks, 2, 9).is_none());
        assert!(noted(ranks, 1, 60).is_none());
        assert_eq!(Ranks::of(ranks.bits()).bits(), ranks.bits());
    }
}

#[cfg(all(test, goldsignal_loom))]
mod loom_tests {
    use super::*;
    use loom::sync::Arc;
    use loom::thread;

    #[test]
    fn the_largest_rank_of_two_threads_stays() {
        loom::model(|| {
            let register = Arc::new(AtomicU64::new(0));
            let other = Arc::clone(&register);
            // One thread sees the new period before the other one does.
            let thread = thread::spawn(move || note(&other, 2, 3));
            note(&register, 1, 9);
            thread.join().unwrap();
            let bits = register.load(Ordering::Relaxed);
            assert_eq!((read(bits, 2), read(bits, 3)), (9, 3));
        });
    }
}
