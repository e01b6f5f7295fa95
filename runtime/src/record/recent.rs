//! What a thread met lately, found without a lock or a secret's hash.

use std::cell::Cell;

/// Places for what was met: each has the last one that belongs there. Two with one place cost time and nothing else.
pub(crate) struct Recent<T, const PLACES: usize>([Cell<Option<T>>; PLACES]);

impl<T: Copy, const PLACES: usize> Recent<T, PLACES> {
    pub(crate) const fn new() -> Self {
        Self([const { Cell::new(None) }; PLACES])
    }

    /// What is at `place`, if `is_it` knows it again; else what `find` finds, which is there from now on.
    #[inline]
    pub(crate) fn get(
        &self,
        place: usize,
        is_it: impl FnOnce(&T) -> bool,
        find: impl FnOnce() -> T,
    ) -> T {
        let place = &self.0[place % PLACES];
        if let Some(known) = place.get().filter(is_it) {
            return known;
        }
        let found = find();
        place.set(Some(found));
        found
    }
}
