//! The weights of the heaviest keys in one window, in fixed memory.
//!
//! This is the algorithm of Misra and Gries (1982) as Anderson et al. have it ("A High-Performance Algorithm for Identifying
//! Frequent Items in Data Streams", 2017). Keys have a counter each, in a table with open addressing. When no counter is
//! left, the median of all is subtracted from each, which frees at least half of them. So what is missing of a key's weight
//! is at most the sum of the subtracted medians. Each median was subtracted from half of the counters at least, so this sum
//! is at most the whole weight divided by their number, whatever the keys are and in whatever order they come.

use super::chunks::{Fresh, Lazy};
use super::key_name::{KeyName, WORDS, WriteName};
use super::sync::{AtomicU64, Ordering};

#[cfg(not(goldsignal_loom))]
const SLOTS: usize = 512;
#[cfg(not(goldsignal_loom))]
const COUNTERS: usize = 384;
// Loom explores the order of all accesses.
#[cfg(goldsignal_loom)]
const SLOTS: usize = 4;
#[cfg(goldsignal_loom)]
const COUNTERS: usize = 2;

/// The hash of a free slot. A key with this hash shares the counter of the next one.
const FREE: u64 = 0;

/// The weights of one window.
///
/// One thread at a time uses it: the one that has taken its stripe.
pub(super) struct Sketch {
    period: Word,
    total: Word,
    missed: Word,
    used: Word,
    slots: [Slot; SLOTS],
    names: Lazy<Names>,
}

struct Slot {
    hash: Word,
    weight: Word,
}

/// The text of each slot's key.
struct Names([[Word; WORDS]; SLOTS]);

/// A number that one thread at a time uses. It is atomic, so that threads can share it without `unsafe`.
struct Word(AtomicU64);

impl Word {
    fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    #[inline]
    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    #[inline]
    fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    #[inline]
    fn add(&self, amount: u64) {
        self.set(self.get().saturating_add(amount));
    }
}

/// What a sketch has of a window, besides the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    /// The weight of all keys.
    pub(super) total: u64,
    /// How much may be missing of the weight of each key.
    pub(super) missed: u64,
}

impl Sketch {
    pub(super) fn new() -> Self {
        Self {
            period: Word::new(),
            total: Word::new(),
            missed: Word::new(),
            used: Word::new(),
            slots: std::array::from_fn(|_| Slot { hash: Word::new(), weight: Word::new() }),
            names: Lazy::new(),
        }
    }

    /// Adds `weight` to the key with this hash, in the window of `period`. `name` writes the key, if it is to be shown.
    #[inline]
    pub(super) fn add(&self, period: u64, hash: u64, weight: u64, name: Option<WriteName<'_>>) {
        if self.period.get() < period {
            self.clear(period);
        }
        let hash = hash.max(FREE + 1);
        let at = self.find(hash);
        if self.slots[at].hash.get() == hash {
            self.slots[at].weight.add(weight);
        } else {
            self.insert(at, hash, weight, name);
        }
        self.total.add(weight);
    }

    /// The slot of the key with this hash, or the one where it belongs.
    #[inline]
    fn find(&self, hash: u64) -> usize {
        let mut at = home(hash);
        // A quarter of the slots is free.
        while !matches!(self.slots[at].hash.get(), FREE) && self.slots[at].hash.get() != hash {
            at = (at + 1) % SLOTS;
        }
        at
    }

    #[cold]
    #[inline(never)]
    fn insert(&self, at: usize, hash: u64, weight: u64, name: Option<WriteName<'_>>) {
        // The key's own code runs first: it may panic.
        let name = name.map(|write| KeyName::written(write).words());
        let at = if self.used.get() < COUNTERS as u64 {
            at
        } else {
            self.make_room();
            self.find(hash)
        };
        self.slots[at].hash.set(hash);
        self.slots[at].weight.set(weight);
        self.used.add(1);
        if let Some(name) = name {
            let words = &self.names.get_or_allocate().0[at];
            for (to, from) in words.iter().zip(name) {
                to.set(from);
            }
        }
    }

    /// Subtracts the median from all counters, and frees those that become zero.
    fn make_room(&self) {
        let mut weights = [0; COUNTERS];
        let used = self.slots.iter().filter(|slot| slot.hash.get() != FREE);
        for (weight, slot) in weights.iter_mut().zip(used) {
            *weight = slot.weight.get();
        }
        let (_, median, _) = weights.select_nth_unstable(COUNTERS / 2);
        for slot in &self.slots {
            slot.weight.set(slot.weight.get().saturating_sub(*median));
        }
        self.missed.add(*median);
        for at in 0..SLOTS {
            // Another key may come into the slot.
            while self.slots[at].hash.get() != FREE && self.slots[at].weight.get() == 0 {
                self.remove(at);
            }
        }
    }

    /// Frees a slot. Keys behind it that were put there because slots were used move towards their own.
    fn remove(&self, mut free: usize) {
        let mut next = free;
        loop {
            next = (next + 1) % SLOTS;
            let hash = self.slots[next].hash.get();
            if hash == FREE {
                break;
            }
            let distance = |from: usize| next.wrapping_sub(from) % SLOTS;
            if distance(home(hash)) >= distance(free) {
                self.copy(next, free);
                free = next;
            }
        }
        self.slots[free].hash.set(FREE);
        self.slots[free].weight.set(0);
        self.used.set(self.used.get() - 1);
    }

    fn copy(&self, from: usize, to: usize) {
        self.slots[to].hash.set(self.slots[from].hash.get());
        self.slots[to].weight.set(self.slots[from].weight.get());
        if let Some(Names(names)) = self.names.get() {
            for (to, from) in names[to].iter().zip(&names[from]) {
                to.set(from.get());
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn clear(&self, period: u64) {
        for slot in &self.slots {
            slot.hash.set(FREE);
            slot.weight.set(0);
        }
        for word in [&self.total, &self.missed, &self.used] {
            word.set(0);
        }
        self.period.set(period);
    }

    /// Whether it has the window of `period` or the one before.
    pub(super) fn is_recent(&self, period: u64) -> bool {
        (period..=period.saturating_add(1)).contains(&self.period.get().saturating_add(1))
    }

    pub(super) fn sums(&self) -> Sums {
        Sums { total: self.total.get(), missed: self.missed.get() }
    }

    /// The hash and weight of each key that has a counter.
    pub(super) fn keys(&self) -> impl Iterator<Item = (u64, u64)> {
        let keys = self.slots.iter().map(|slot| (slot.hash.get(), slot.weight.get()));
        keys.filter(|(hash, _)| *hash != FREE)
    }

    /// The text of the key with this hash.
    pub(super) fn name(&self, hash: u64) -> Option<String> {
        let at = self.find(hash);
        let words = &self.names.get().filter(|_| self.slots[at].hash.get() == hash)?.0[at];
        Some(KeyName::text(words.each_ref().map(Word::get)))
    }
}

/// The slot where the search for a hash begins.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the remainder is small")]
const fn home(hash: u64) -> usize {
    hash as usize % SLOTS
}

impl Fresh for Names {
    fn fresh() -> Box<Self> {
        Box::new(Self(std::array::from_fn(|_| std::array::from_fn(|_| Word::new()))))
    }
}

#[cfg(all(test, not(goldsignal_loom)))]
mod tests {
    use super::*;
    use std::collections::HashMap;

    /// The whole weight divided by this is the most that can be missing of a key's weight.
    const KEPT: u64 = (COUNTERS / 2) as u64;

    /// Adds keys of these weights, and compares what the sketch has with the truth.
    fn check(stream: impl Iterator<Item = (u64, u64)>) {
        let (sketch, mut truth) = (Sketch::new(), HashMap::<u64, u64>::new());
        for (key, weight) in stream {
            let hash = mixed(key + 1);
            sketch.add(1, hash, weight, None);
            *truth.entry(hash).or_default() += weight;
        }
        let Sums { total, missed } = sketch.sums();
        assert_eq!(total, truth.values().sum::<u64>());
        assert!(missed <= total / KEPT, "{missed} of {total}");
        let found: HashMap<u64, u64> = sketch.keys().collect();
        assert_eq!(found.len() as u64, sketch.used.get());
        for (key, weight) in &truth {
            let known = found.get(key).copied().unwrap_or(0);
            assert!(known <= *weight && known + missed >= *weight, "{known} of {weight}");
        }
    }

    /// A hash of which all bits depend on all bits of the key.
    fn mixed(key: u64) -> u64 {
        let mixed = (key ^ key >> 31).wrapping_mul(0x7fb5_d329_728e_a185);
        (mixed ^ mixed >> 27).wrapping_mul(0x81da_def4_bc2d_d44d)
    }

    #[test]
    fn few_keys_are_counted_exactly() {
        check((0..COUNTERS as u64).cycle().take(10_000).map(|key| (key, 1)));
        check(std::iter::empty());
    }

    #[test]
    fn at_most_the_stated_weight_is_missed_whatever_the_order() {
        // All keys once; one more key than counters, in turn; a giant before and after; growing and shrinking weights.
        check((0..50_000).map(|key| (key, 1)));
        check((0..=COUNTERS as u64).cycle().take(50_000).map(|key| (key, 1)));
        check((0..50_000).map(|key| (if key < 5_000 { 7 } else { key }, 1)));
        check((0..50_000).map(|key| (if key >= 45_000 { 7 } else { key }, 1)));
        check((0..50_000).map(|key| (if key % 3 == 0 { 7 } else { key }, 1)));
        check((1..20_000).map(|key| (key, key)));
        check((1..20_000).map(|key| (key, 20_000 - key)));
        check((0..20_000).map(|key| (mixed(key) % 3_000, mixed(key + 1) % 100 + 1)));
    }

    /// Hashes that all begin their search at the last slots, so that the table wraps around.
    #[test]
    fn slots_that_are_freed_leave_no_key_behind() {
        let (sketch, slots) = (Sketch::new(), SLOTS as u64);
        for key in 1..2_000 {
            sketch.add(1, key * slots + slots - 1 - key % 3, 1 + key % 5, None);
            for (hash, _) in sketch.keys() {
                assert_eq!(sketch.slots[sketch.find(hash)].hash.get(), hash);
            }
        }
    }

    #[test]
    fn a_new_window_has_forgotten_the_old_one() {
        let sketch = Sketch::new();
        sketch.add(4, 8, 100, None);
        assert_eq!([3, 4, 5, 6].map(|period| sketch.is_recent(period)), [false, true, true, false]);
        // A thread that read the clock before the window ended.
        sketch.add(2, 9, 1, None);
        sketch.add(6, 8, 1, None);
        assert_eq!((sketch.sums().total, sketch.keys().collect::<Vec<_>>()), (1, vec![(8, 1)]));
    }

    #[test]
    fn weights_do_not_overflow() {
        let sketch = Sketch::new();
        for hash in [0, 1] {
            sketch.add(1, hash, u64::MAX, None);
        }
        assert_eq!(sketch.keys().collect::<Vec<_>>(), [(1, u64::MAX)]);
        assert_eq!(sketch.sums().total, u64::MAX);
    }

    #[test]
    fn names_stay_with_their_keys() {
        let sketch = Sketch::new();
        for key in 0..5_000_u64 {
            let name = |out: &mut dyn std::fmt::Write| write!(out, "{}", mixed(key).max(1));
            sketch.add(1, mixed(key), 1 + key % 7, Some(&name));
        }
        assert!(sketch.sums().missed > 0);
        for (hash, _) in sketch.keys() {
            assert_eq!(sketch.name(hash), Some(hash.to_string()));
        }
        assert_eq!(sketch.name(12_345), None);
    }
}
