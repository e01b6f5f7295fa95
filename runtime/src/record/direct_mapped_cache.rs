//! A direct-mapped cache for one thread: a lookup compares one entry, without a lock and without a keyed hash.

use std::cell::Cell;

/// `N` slots, each with at most one value: the one that was inserted there last.
///
/// Two values whose positions fall into one slot evict each other. That costs time, never correctness, since
/// every hit is checked by the caller.
pub(crate) struct DirectMappedCache<T, const N: usize>([Cell<Option<T>>; N]);

impl<T: Copy, const N: usize> DirectMappedCache<T, N> {
    pub(crate) const fn new() -> Self {
        Self([const { Cell::new(None) }; N])
    }

    /// Returns the value in the slot of `position`, if `is_it` recognises it. Otherwise calls `make`, stores its
    /// result in the slot, and returns it.
    #[inline]
    pub(crate) fn get_or_insert_with(
        &self,
        position: usize,
        is_it: impl FnOnce(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> T {
        let slot = &self.0[position % N];
        if let Some(cached) = slot.get().filter(is_it) {
            return cached;
        }
        let value = make();
        slot.set(Some(value));
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_holds_the_value_inserted_last() {
        let cache = DirectMappedCache::<u8, 2>::new();
        let get = |position, wanted: u8, made: u8| {
            cache.get_or_insert_with(position, |value| *value == wanted, || made)
        };
        assert_eq!(get(0, 7, 7), 7);
        assert_eq!(get(0, 7, 99), 7, "a hit makes nothing");
        assert_eq!(get(1, 8, 8), 8);
        assert_eq!(get(0, 7, 99), 7, "another slot evicts nothing");
        assert_eq!(get(2, 9, 9), 9);
        assert_eq!(get(0, 7, 42), 42, "positions 0 and 2 share a slot");
    }
}
