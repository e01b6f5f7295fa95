//! The allocation of cell ids. Ids are dense, and are never freed.
//!
//! The ids are the same in all stores, while each store has cells of its own. So a site's cached id is valid in every
//! registry.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::SystemTime;

use super::chunks::{CAPACITY, CHUNK};
use super::sync::lock;
use crate::declare::Descriptor;

/// The id of the first cell of a site's range, which is allocated at first use.
///
/// 0 means that it is not allocated yet, and [`REFUSED`] that no cells were left. The id 0 is never allocated.
#[derive(Debug)]
pub(crate) struct LazyCellRange(AtomicUsize);

const REFUSED: usize = usize::MAX;

impl LazyCellRange {
    pub(crate) const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// The id of the first cell. Calls `allocate` at first use. `None` if no cells were left.
    #[inline]
    pub(crate) fn get_or_allocate(
        &self,
        allocate: impl FnOnce() -> Option<usize>,
    ) -> Option<usize> {
        match self.0.load(Ordering::Relaxed) {
            0 => self.bind(allocate),
            REFUSED => None,
            first => Some(first),
        }
    }

    /// The id of the first cell, if it is allocated.
    #[inline]
    pub(crate) fn get(&self) -> Option<usize> {
        Some(self.0.load(Ordering::Relaxed)).filter(|first| !matches!(*first, 0 | REFUSED))
    }

    #[cold]
    #[inline(never)]
    fn bind(&self, allocate: impl FnOnce() -> Option<usize>) -> Option<usize> {
        let first = allocate().unwrap_or(REFUSED);
        // If two threads allocate at once, the first one wins, and the cells of the other stay unused.
        let winner = self.0.compare_exchange(0, first, Ordering::Relaxed, Ordering::Relaxed);
        match winner.map_or_else(|winner| winner, |_| first) {
            REFUSED => None,
            first => Some(first),
        }
    }
}

static NEXT: AtomicUsize = AtomicUsize::new(1);

/// When the first cells were allocated, so before anything was counted.
pub(crate) static FIRST_ALLOCATION: LazyLock<SystemTime> = LazyLock::new(SystemTime::now);

/// Allocates `count` consecutive cells and returns the id of the first; `None` if not that many are left.
pub(crate) fn allocate(count: usize) -> Option<usize> {
    LazyLock::force(&FIRST_ALLOCATION);
    NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
        next.checked_add(count).filter(|end| *end <= CAPACITY)
    })
    .ok()
}

/// How many cells are on a cache line.
pub(crate) const LINE: usize = 8;

/// Allocates `len` consecutive cells in one chunk, the first of them on a new cache line. `None` as for [`allocate`], and
/// if `len` exceeds a chunk.
pub(crate) fn allocate_row(len: usize) -> Option<usize> {
    LazyLock::force(&FIRST_ALLOCATION);
    let first = |next: usize| {
        let line = next.next_multiple_of(LINE);
        let fits = line % CHUNK + len <= CHUNK;
        if fits { line } else { line.next_multiple_of(CHUNK) }
    };
    let taken = NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
        let end = first(next).checked_add(len)?;
        (len <= CHUNK && end <= CAPACITY).then_some(end)
    });
    taken.ok().map(first)
}

/// The range of cells of a family.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CellRange {
    /// The id of its first cell.
    pub(crate) first: usize,
    /// Its number among the families: the index of its intern tables in a store.
    pub(crate) ordinal: usize,
    /// The declaration that was bound first.
    pub(crate) descriptor: &'static Descriptor,
}

static CELL_RANGES: Mutex<Option<HashMap<&'static str, CellRange>>> = Mutex::new(None);

/// The range of cells of `descriptor`. Declarations that agree share a range. One that contradicts an earlier one has
/// none; `Registry::check` reports it.
pub(crate) fn cell_range(descriptor: &'static Descriptor) -> Option<CellRange> {
    let mut ranges = lock(&CELL_RANGES);
    let ranges = ranges.get_or_insert_default();
    if let Some(range) = ranges.get(descriptor.name) {
        return range.descriptor.conflict(descriptor).is_none().then_some(*range);
    }
    let cells = descriptor.series().checked_mul(descriptor.stride()).filter(|cells| *cells > 0)?;
    let range = CellRange { first: allocate(cells)?, ordinal: ranges.len(), descriptor };
    ranges.insert(descriptor.name, range);
    Some(range)
}

/// Every family that has cells.
pub(crate) fn cell_ranges() -> Vec<CellRange> {
    lock(&CELL_RANGES).as_ref().map_or_else(Vec::new, |ranges| ranges.values().copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_past_the_capacity() {
        assert!(allocate(CAPACITY).is_none());
        assert!(allocate(usize::MAX).is_none());
    }

    #[test]
    fn the_first_allocation_of_a_site_stays() {
        let range = LazyCellRange::new();
        assert_eq!(range.get(), None);
        assert_eq!(range.get_or_allocate(|| Some(5)), Some(5));
        assert_eq!(range.bind(|| Some(9)), Some(5), "another thread allocated as well");
        assert_eq!(range.get(), Some(5));
        let refused = LazyCellRange::new();
        assert_eq!(refused.get_or_allocate(|| None), None);
        assert_eq!((refused.get(), refused.get_or_allocate(|| Some(7))), (None, None));
    }

    #[test]
    fn declarations_that_agree_share_cells() {
        use crate::declare::{Kind, SourceLocation};
        const fn descriptor(help: &'static str, line: u32) -> Descriptor {
            let location = SourceLocation::new("a.rs", line, "a");
            let (name, kind, unit) = ("layout_test_total", Kind::Counter, "");
            Descriptor { name, help, kind, unit, dimensions: &[], bounds: &[], location }
        }
        static ONE: Descriptor = descriptor("a", 1);
        static SAME: Descriptor = descriptor("a", 2);
        static OTHER: Descriptor = descriptor("b", 3);
        let first = cell_range(&ONE).map(|range| range.first);
        assert!(first.is_some());
        assert_eq!(cell_range(&SAME).map(|range| range.first), first);
        assert!(cell_range(&OTHER).is_none());
    }

    #[test]
    fn a_row_is_in_one_chunk() {
        for len in [1, 40, CHUNK - 1, CHUNK, 3] {
            let first = allocate_row(len).unwrap();
            assert!(first % CHUNK + len <= CHUNK && first % LINE == 0, "{first}");
            assert!(allocate(1).unwrap() >= first + len);
        }
        assert!(allocate_row(CHUNK + 1).is_none());
    }
}
