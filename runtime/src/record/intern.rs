//! Intern tables of budgeted labels: a bounded hash table from texts to small indices, read without a lock.
//!
//! A table never removes a value, and never has more values than its budget. Looking up a known value takes a hash and a
//! comparison. A value past the budget is folded into the overflow, and is not stored.
#![expect(unsafe_code, reason = "entries are published through atomic pointers, without a lock")]

use std::hash::{BuildHasher, Hasher};
use std::ptr;

use super::sync::{AtomicPtr, AtomicU64, AtomicUsize, Mutex, Ordering, lock};
#[cfg(not(goldsignal_loom))]
use crate::declare::OTHER;

/// For loom, only the recording core is compiled, without `declare`.
#[cfg(goldsignal_loom)]
const OTHER: &str = "_OTHER";

/// The hash has a random key, so that clients cannot send values that all collide.
#[cfg(not(goldsignal_loom))]
type State = std::hash::RandomState;
// Loom replays schedules, so nothing may be random.
#[cfg(goldsignal_loom)]
type State = std::hash::BuildHasherDefault<std::hash::DefaultHasher>;

struct Entry {
    hash: u64,
    index: usize,
    value: Box<str>,
}

/// A hash table of at most `budget` values.
pub(crate) struct InternTable {
    /// Open addressing, at most half full. Each slot is written at most once.
    slots: Box<[AtomicPtr<Entry>]>,
    /// The slot of the value with each index below `len`: a scrape looks values up by index.
    by_index: Box<[AtomicUsize]>,
    len: AtomicUsize,
    inserting: Mutex<()>,
    budget: usize,
    overflowed: AtomicU64,
    hasher: State,
}

impl InternTable {
    pub(crate) fn new(budget: usize) -> Self {
        let slots = (budget * 2).next_power_of_two().max(2);
        Self {
            slots: (0..slots).map(|_| AtomicPtr::new(ptr::null_mut())).collect(),
            by_index: (0..budget).map(|_| AtomicUsize::new(0)).collect(),
            len: AtomicUsize::new(0),
            inserting: Mutex::new(()),
            budget,
            overflowed: AtomicU64::new(0),
            hasher: State::default(),
        }
    }

    /// The index of `value`. It is below the budget, or the budget itself if `value` does not fit.
    pub(crate) fn intern(&self, value: &str) -> usize {
        let hash = self.hash(value);
        // This comes before the search: a table that is full now already has all of its values. After the search,
        // `value` could have been inserted in between, and would be folded.
        let full = self.len.load(Ordering::Acquire) >= self.budget;
        match self.find(value, hash) {
            Ok(index) => index,
            Err(_) if full => self.overflow(),
            Err(_) => self.insert(value, hash),
        }
    }

    /// How many values have an index.
    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    /// How many lookups were folded.
    pub(crate) fn overflowed(&self) -> u64 {
        self.overflowed.load(Ordering::Relaxed)
    }

    /// The value with `index`; `None` for the overflow, and for an index that has no value yet.
    pub(crate) fn value(&self, index: usize) -> Option<&str> {
        // Acquires the slot that `insert` wrote before it increased `len`.
        if index >= self.len.load(Ordering::Acquire) {
            return None;
        }
        self.entry(self.by_index[index].load(Ordering::Relaxed)).map(|entry| &*entry.value)
    }

    fn hash(&self, value: &str) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(value.as_bytes());
        hasher.finish()
    }

    /// The index of `value`, or else the empty slot for it.
    fn find(&self, value: &str, hash: u64) -> Result<usize, usize> {
        let mask = self.slots.len() - 1;
        #[expect(clippy::cast_possible_truncation, reason = "any bits of the hash will do")]
        let mut slot = hash as usize & mask;
        loop {
            match self.entry(slot) {
                // At least half of the slots are empty, so every search ends.
                None => return Err(slot),
                Some(entry) if entry.hash == hash && *entry.value == *value => {
                    return Ok(entry.index);
                }
                Some(_) => slot = (slot + 1) & mask,
            }
        }
    }

    fn entry(&self, slot: usize) -> Option<&Entry> {
        // SAFETY: a slot is null, or holds a pointer from a leaked `Box`, which is valid and aligned. `insert` wrote the
        // entry before it stored the pointer with `Release`, which this load acquires. Only `drop` frees entries. It
        // has exclusive access to the table, while the returned reference borrows the table.
        unsafe { self.slots[slot].load(Ordering::Acquire).as_ref() }
    }

    #[cold]
    fn insert(&self, value: &str, hash: u64) -> usize {
        let _inserting = lock(&self.inserting);
        let index = self.len.load(Ordering::Relaxed);
        // Another thread may have been faster. Under the lock, the result of the search is final.
        let slot = match self.find(value, hash) {
            Ok(index) => return index,
            // The overflow is exposed as `_OTHER`. A value of that name would be the same series a second time.
            Err(_) if value == OTHER || index >= self.budget => return self.overflow(),
            Err(slot) => slot,
        };
        let entry = Box::new(Entry { hash, index, value: value.into() });
        self.slots[slot].store(Box::into_raw(entry), Ordering::Release);
        self.by_index[index].store(slot, Ordering::Relaxed);
        self.len.store(index + 1, Ordering::Release);
        index
    }

    #[cold]
    fn overflow(&self) -> usize {
        self.overflowed.fetch_add(1, Ordering::Relaxed);
        self.budget
    }
}

impl Drop for InternTable {
    fn drop(&mut self) {
        for slot in &self.slots {
            let entry = slot.load(Ordering::Acquire);
            if !entry.is_null() {
                // SAFETY: `&mut self` proves that no reference to an entry exists. The pointer came from
                // `Box::into_raw` in `insert`, and nothing else frees it.
                drop(unsafe { Box::from_raw(entry) });
            }
        }
    }
}

impl std::fmt::Debug for InternTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InternTable").field("budget", &self.budget).finish_non_exhaustive()
    }
}

/// The intern tables of a family, one for each label in order; `None` for labels without a budget.
#[cfg(not(goldsignal_loom))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interner<'a>(pub(crate) &'a [Option<InternTable>]);

#[cfg(not(goldsignal_loom))]
impl crate::declare::label::Intern for Interner<'_> {
    /// Returns 0 if the label has no budget. Derived code does not call it for such labels.
    fn intern(&self, dimension: usize, value: &str) -> usize {
        let table = self.0.get(dimension).and_then(Option::as_ref);
        table.map_or(0, |table| table.intern(value))
    }
}

#[cfg(all(test, not(goldsignal_loom)))]
mod tests {
    use super::*;

    #[test]
    fn folds_past_the_budget_and_finds_known_values() {
        let table = InternTable::new(2);
        assert_eq!((table.intern("a"), table.intern("b")), (0, 1));
        assert_eq!((table.intern("c"), table.intern("d")), (2, 2));
        assert_eq!((table.intern("a"), table.intern("b")), (0, 1));
        assert_eq!(table.overflowed(), 2);
        assert_eq!(table.value(1), Some("b"));
        assert_eq!(table.value(2), None);
    }

    #[test]
    fn a_value_with_the_name_of_the_overflow_is_the_overflow() {
        let table = InternTable::new(2);
        assert_eq!(table.intern(OTHER), 2);
        assert_eq!((table.len(), table.overflowed()), (0, 1));
    }

    #[test]
    fn a_budget_of_zero_folds_everything() {
        let table = InternTable::new(0);
        assert_eq!(table.intern("a"), 0);
        assert_eq!(table.value(0), None);
    }
}

#[cfg(all(test, goldsignal_loom))]
mod loom_tests {
    use super::*;
    use loom::sync::Arc;
    use loom::thread;

    /// Two threads insert the same value: both get the same index. Another value is folded.
    #[test]
    fn registration() {
        loom::model(|| {
            let table = Arc::new(InternTable::new(1));
            let other = Arc::clone(&table);
            let thread = thread::spawn(move || other.intern("a"));
            let here = table.intern("a");
            assert_eq!(here, thread.join().unwrap());
            assert_eq!(here, 0);
            assert_eq!(table.intern("b"), 1);
        });
    }

    /// A scrape concurrent to an insertion sees no value or the whole value.
    #[test]
    fn scrape_beside_registration() {
        loom::model(|| {
            let table = Arc::new(InternTable::new(2));
            let other = Arc::clone(&table);
            let thread = thread::spawn(move || {
                other.intern("a");
            });
            for index in 0..table.len() {
                assert_eq!(table.value(index), Some("a"));
            }
            thread.join().unwrap();
            assert_eq!(table.len(), 1);
        });
    }
}
