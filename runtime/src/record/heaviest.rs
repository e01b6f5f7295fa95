//! The heaviest keys of a metric: sketches of the current window and the one before, in stripes.
//!
//! A thread takes a stripe for as long as an addition takes. If another thread has it, it takes the next one, so no thread
//! ever waits. Threads usually have different stripes, and share nothing. A reader takes the stripes one after the other,
//! and adds their sketches: what is missing of a key is then at most what all of them miss together.

use super::chunks::{Fresh, Lazy};
use super::key_name::WriteName;
use super::sketch::{Sketch, Sums};
use super::sync::{AtomicU64, Ordering};

/// The most stripes of a metric.
#[cfg(not(goldsignal_loom))]
pub(super) const MAX_STRIPES: usize = 64;
#[cfg(goldsignal_loom)]
pub(super) const MAX_STRIPES: usize = 2;

/// How often a reader tries to take a stripe before it leaves it out.
#[cfg(not(goldsignal_loom))]
const TRIES: usize = 10_000;
#[cfg(goldsignal_loom)]
const TRIES: usize = 2;

/// The weights of a metric's keys in one store.
pub(crate) struct Heaviest {
    stripes: [Lazy<Stripe>; MAX_STRIPES],
    dropped: AtomicU64,
    /// One more than the last window in which the log named a key.
    told: AtomicU64,
}

/// Which stripes a thread uses.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The number of the thread.
    pub(super) thread: usize,
    /// How many stripes there are: a power of two.
    pub(super) stripes: usize,
}

/// A stripe. Its alignment prevents false sharing.
#[repr(align(128))]
struct Stripe {
    taken: AtomicU64,
    windows: [Sketch; 2],
}

/// What was read of all stripes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Weights {
    /// The weight of all keys.
    pub(crate) total: u64,
    /// How much may be missing of the weight of each key.
    pub(crate) missed: u64,
    /// The hash and weight of the heaviest keys, the heaviest first.
    pub(crate) keys: Vec<(u64, u64)>,
}

impl Heaviest {
    fn new() -> Self {
        Self {
            stripes: std::array::from_fn(|_| Lazy::new()),
            dropped: AtomicU64::new(0),
            told: AtomicU64::new(0),
        }
    }

    /// Adds `weight` to the key with this hash. `name` writes the key, if it is to be shown.
    #[inline]
    pub(super) fn add(
        &self,
        place: Place,
        period: u64,
        hash: u64,
        weight: u64,
        name: Option<WriteName<'_>>,
    ) {
        for offset in 0..place.stripes {
            // The number of stripes is a power of two.
            let number = place.thread.wrapping_add(offset) & (place.stripes - 1);
            let stripe = self.stripes[number].get_or_allocate();
            if let Some(taken) = stripe.take() {
                return taken.window(period).add(period, hash, weight, name);
            }
        }
        self.dropped.fetch_add(weight, Ordering::Relaxed);
    }

    /// The `most` heaviest keys of the window of `period` and the one before.
    pub(crate) fn read(&self, period: u64, most: usize) -> Weights {
        let mut weights = Weights::default();
        for stripe in self.stripes.iter().filter_map(Lazy::get) {
            let Some(taken) = stripe.wait() else { continue };
            for window in taken.0.windows.iter().filter(|window| window.is_recent(period)) {
                let Sums { total, missed } = window.sums();
                weights.total = weights.total.saturating_add(total);
                weights.missed = weights.missed.saturating_add(missed);
                weights.keys.extend(window.keys());
            }
        }
        keep_heaviest(&mut weights.keys, most);
        weights
    }

    /// The text of the key with this hash, if it has one.
    pub(crate) fn name(&self, period: u64, hash: u64) -> Option<String> {
        self.stripes.iter().filter_map(Lazy::get).find_map(|stripe| {
            let taken = stripe.wait()?;
            let mut recent = taken.0.windows.iter().filter(|window| window.is_recent(period));
            recent.find_map(|window| window.name(hash))
        })
    }

    /// The weight that was not counted, because other threads had all stripes.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Whether this is the first call in the window of `period`.
    pub(crate) fn is_first_in(&self, period: u64) -> bool {
        self.told.fetch_max(period + 1, Ordering::Relaxed) <= period
    }
}

impl Stripe {
    /// Takes the stripe, unless another thread has it. It acquires what that one wrote.
    #[inline]
    fn take(&self) -> Option<Taken<'_>> {
        let taken = self.taken.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed);
        // A `Taken` gives the stripe back, so there must be none if another thread has it.
        taken.is_ok().then(|| Taken(self))
    }

    /// Takes the stripe when it is free. `None` if a thread has had it for long: its `Display` may wait for something.
    fn wait(&self) -> Option<Taken<'_>> {
        for _ in 0..TRIES {
            if let Some(taken) = self.take() {
                return Some(taken);
            }
            yield_now();
        }
        None
    }
}

#[cfg(not(goldsignal_loom))]
use std::thread::yield_now;

#[cfg(goldsignal_loom)]
use loom::thread::yield_now;

/// A stripe that no other thread uses until this is dropped.
struct Taken<'a>(&'a Stripe);

impl Taken<'_> {
    #[inline]
    fn window(&self, period: u64) -> &Sketch {
        &self.0.windows[usize::from(period % 2 == 1)]
    }
}

impl Drop for Taken<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.taken.store(0, Ordering::Release);
    }
}

/// Adds the weights of equal hashes, and leaves the `most` heaviest.
fn keep_heaviest(keys: &mut Vec<(u64, u64)>, most: usize) {
    keys.sort_unstable_by_key(|(hash, _)| *hash);
    keys.dedup_by(|(hash, weight), (kept, sum)| {
        let same = hash == kept;
        if same {
            *sum = sum.saturating_add(*weight);
        }
        same
    });
    keys.sort_unstable_by_key(|(hash, weight)| (std::cmp::Reverse(*weight), *hash));
    keys.truncate(most);
    keys.shrink_to_fit();
}

impl Fresh for Heaviest {
    fn fresh() -> Box<Self> {
        Box::new(Self::new())
    }
}

impl Fresh for Stripe {
    #[cfg_attr(
        not(goldsignal_loom),
        expect(clippy::large_stack_arrays, reason = "it is moved to the heap at once")
    )]
    fn fresh() -> Box<Self> {
        Box::new(Self { taken: AtomicU64::new(0), windows: [Sketch::new(), Sketch::new()] })
    }
}

#[cfg(all(test, not(goldsignal_loom)))]
mod tests {
    use super::*;

    fn place(thread: usize) -> Place {
        Place { thread, stripes: 4 }
    }

    #[test]
    fn threads_and_windows_are_added() {
        let heaviest = Heaviest::new();
        for (thread, period, hash, weight) in
            [(0, 7, 5, 3), (1, 7, 5, 4), (1, 6, 5, 10), (2, 7, 9, 20), (3, 5, 6, 100)]
        {
            heaviest.add(place(thread), period, hash, weight, None);
        }
        let read = |period| heaviest.read(period, 2);
        assert_eq!(read(7), Weights { total: 37, missed: 0, keys: vec![(9, 20), (5, 17)] });
        assert_eq!(read(8), Weights { total: 27, missed: 0, keys: vec![(9, 20), (5, 7)] });
        assert_eq!(read(9), Weights::default());
    }

    #[test]
    fn a_stripe_that_is_taken_is_passed_over() {
        let heaviest = Heaviest::new();
        heaviest.add(place(1), 1, 5, 1, None);
        let taken = heaviest.stripes[1].get().unwrap().take().unwrap();
        heaviest.add(place(1), 1, 5, 1, None);
        assert!(heaviest.stripes[2].get().is_some());
        drop(taken);
        assert_eq!(heaviest.read(1, 9).keys, [(5, 2)]);
        let all = [0, 1, 2, 3].map(|number| heaviest.stripes[number].get_or_allocate().take());
        heaviest.add(place(3), 1, 5, 8, None);
        assert_eq!(heaviest.dropped(), 8);
        drop(all);
        assert_eq!(heaviest.read(1, 9).total, 2);
    }

    #[test]
    fn a_key_that_panics_gives_its_stripe_back() {
        let heaviest = Heaviest::new();
        let name = |_: &mut dyn std::fmt::Write| panic!("a test's panic");
        let add = || heaviest.add(place(0), 1, 5, 1, Some(&name));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(add)).is_err());
        heaviest.add(place(0), 1, 5, 1, None);
        assert_eq!((heaviest.dropped(), heaviest.read(1, 9).keys), (0, vec![(5, 1)]));
    }

    #[test]
    fn a_window_is_told_once() {
        let heaviest = Heaviest::new();
        let first = [0, 0, 1, 1, 0, 2].map(|period| heaviest.is_first_in(period));
        assert_eq!(first, [true, false, true, false, false, true]);
    }
}

#[cfg(all(test, goldsignal_loom))]
mod loom_tests {
    use super::*;
    use loom::sync::Arc;
    use loom::thread;

    /// Two threads begin at the same stripe, while a third one reads. What was added is there in the end, each weight with
    /// its key.
    fn two_threads_and_a_reader(stripes: usize) {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(move || {
            let shared = Arc::new(Heaviest::new());
            // Another test is about the first use.
            for stripe in &shared.stripes[..stripes] {
                stripe.get_or_allocate();
            }
            let threads = [(1, 3), (2, 5)].map(|(hash, weight)| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    shared.add(Place { thread: 0, stripes }, 1, hash, weight, None)
                })
            });
            let seen = shared.read(1, 9);
            for (hash, weight) in &seen.keys {
                assert_eq!(*weight, if *hash == 1 { 3 } else { 5 });
            }
            for thread in threads {
                thread.join().unwrap();
            }
            let Weights { total, mut keys, .. } = shared.read(1, 9);
            keys.sort_unstable();
            assert_eq!(total + shared.dropped(), 8);
            if shared.dropped() == 0 {
                assert_eq!(keys, [(1, 3), (2, 5)]);
            }
        });
    }

    #[test]
    fn threads_that_meet_take_turns_or_another_stripe() {
        two_threads_and_a_reader(2);
    }

    #[test]
    fn what_finds_no_stripe_is_counted_as_dropped() {
        two_threads_and_a_reader(1);
    }
}
