//! Which cells belong to whom: dense ids, handed out once and never taken back.
//!
//! Ids are the process's, cells are a store's: every registry counts the same series in cells of its own.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::SystemTime;

use super::cells::{CAPACITY, CHUNK};
use super::sync::lock;
use crate::declare::Descriptor;

/// Where a site's cells begin; unknown until first use.
///
/// The states: 0 not asked yet, [`NOWHERE`] refused, else the id of the first cell. Id 0 is never given.
#[derive(Debug)]
pub(crate) struct Base(AtomicUsize);

const NOWHERE: usize = usize::MAX;

impl Base {
    pub(crate) const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// The first cell's id, asked from `allocate` at first use. `None` when cells have run out.
    #[inline]
    pub(crate) fn get(&self, allocate: impl FnOnce() -> Option<usize>) -> Option<usize> {
        match self.0.load(Ordering::Relaxed) {
            0 => self.bind(allocate),
            NOWHERE => None,
            base => Some(base),
        }
    }

    /// The first cell's id if there is one.
    pub(crate) fn known(&self) -> Option<usize> {
        Some(self.0.load(Ordering::Relaxed)).filter(|base| !matches!(*base, 0 | NOWHERE))
    }

    #[cold]
    #[inline(never)]
    fn bind(&self, allocate: impl FnOnce() -> Option<usize>) -> Option<usize> {
        let base = allocate().unwrap_or(NOWHERE);
        // Of two threads that ask at once the first wins; the other's cells stay unused.
        let first = self.0.compare_exchange(0, base, Ordering::Relaxed, Ordering::Relaxed);
        match first.map_or_else(|winner| winner, |_| base) {
            NOWHERE => None,
            base => Some(base),
        }
    }
}

static NEXT: AtomicUsize = AtomicUsize::new(1);

/// When the first cells were taken: before anything was counted.
pub(crate) static BEGUN: LazyLock<SystemTime> = LazyLock::new(SystemTime::now);

/// Takes `count` cells in a row; `None` when there are not so many left.
pub(crate) fn allocate(count: usize) -> Option<usize> {
    LazyLock::force(&BEGUN);
    NEXT.try_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
        next.checked_add(count).filter(|end| *end <= CAPACITY)
    })
    .ok()
}

/// Takes a row of `len` cells, all in one chunk. `None` as for [`allocate`], and for more than a chunk.
pub(crate) fn allocate_row(len: usize) -> Option<usize> {
    LazyLock::force(&BEGUN);
    let first = |next: usize| {
        let fits = next % CHUNK + len <= CHUNK;
        if fits { next } else { next.next_multiple_of(CHUNK) }
    };
    let taken = NEXT.try_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
        let end = first(next).checked_add(len)?;
        (len <= CHUNK && end <= CAPACITY).then_some(end)
    });
    taken.ok().map(first)
}

/// A family's share of the layout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    /// The id of its first cell.
    pub(crate) base: usize,
    /// Its number among the families, which finds its intern tables in a store.
    pub(crate) ordinal: usize,
    /// Which declaration it was taken for first.
    pub(crate) descriptor: &'static Descriptor,
}

static SHARES: Mutex<Option<HashMap<&'static str, Share>>> = Mutex::new(None);

/// The share of `descriptor`: declarations that agree share one, those that contradict an earlier one get
/// none (and are an error at start).
pub(crate) fn share(descriptor: &'static Descriptor) -> Option<Share> {
    let mut shares = lock(&SHARES);
    let shares = shares.get_or_insert_default();
    if let Some(share) = shares.get(descriptor.name) {
        return share.descriptor.conflict(descriptor).is_none().then_some(*share);
    }
    let cells = descriptor.series().checked_mul(descriptor.stride())?;
    let share = Share { base: allocate(cells)?, ordinal: shares.len(), descriptor };
    shares.insert(descriptor.name, share);
    Some(share)
}

/// Every family that has cells.
pub(crate) fn shares() -> Vec<Share> {
    lock(&SHARES).as_ref().map_or_else(Vec::new, |shares| shares.values().copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_in_one_chunk() {
        for len in [1, 40, CHUNK - 1, CHUNK, 3] {
            let first = allocate_row(len).unwrap();
            assert!(first % CHUNK + len <= CHUNK, "{first}");
            assert!(allocate(1).unwrap() >= first + len);
        }
        assert!(allocate_row(CHUNK + 1).is_none());
    }
}
