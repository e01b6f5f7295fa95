//! Which requests are in their first poll, on which thread and since when.
//!
//! Such a request is not yet in the list of what [waits](super::in_flight): it is either served at once, or blocks its
//! thread. Each thread says what it polls in two cells of its own column, which is two stores for a request.

use super::endpoint::{self, Endpoint};
use crate::record::cells::Row;
use crate::record::clock::Reading;
use crate::record::layout::{self, LazyCellRange};
use crate::record::store::Store;

/// The ticks at which the request began; 0 if the thread is in no first poll.
const SINCE: usize = 0;
/// The address of its endpoint; 0 before it was claimed.
const ENDPOINT: usize = 1;

static CELLS: LazyCellRange = LazyCellRange::new();

#[inline]
fn cells() -> Option<usize> {
    CELLS.get_or_allocate(|| layout::allocate_row(2))
}

/// The first poll of a request on this thread.
pub(crate) struct FirstPoll<'a>(Option<Row<'a>>);

/// This thread begins the first poll of a request that began at `started`.
#[inline]
pub(crate) fn begin(store: &Store, started: Reading) -> FirstPoll<'_> {
    let row = cells().map(|cells| store.row(cells));
    if let Some(row) = row {
        row.set(ENDPOINT, 0);
        row.set(SINCE, started.ticks());
    }
    FirstPoll(row)
}

impl FirstPoll<'_> {
    /// No first poll.
    pub(crate) const NONE: Self = Self(None);

    /// It has ended.
    #[inline]
    pub(crate) fn end(self) {
        if let Some(row) = self.0 {
            row.set(SINCE, 0);
        }
    }
}

/// The request that this thread polls, if any, was claimed for `endpoint`.
#[inline]
pub(super) fn claimed(store: &Store, endpoint: &'static Endpoint) {
    if let Some(cells) = CELLS.get() {
        store.row(cells).set(ENDPOINT, address(endpoint));
    }
}

/// A first poll that may have panicked on this thread has ended.
#[cold]
pub(crate) fn end(store: &Store) {
    if let Some(cells) = CELLS.get() {
        store.row(cells).set(SINCE, 0);
    }
}

fn address(endpoint: &Endpoint) -> u64 {
    std::ptr::from_ref(endpoint).addr() as u64
}

/// The requests in `store` that are in their first poll and were claimed, with the time of their begin.
pub(crate) fn all(store: &Store) -> Vec<(&'static Endpoint, Reading)> {
    let Some(cells) = CELLS.get() else { return Vec::new() };
    let polled = store.each(cells + SINCE).zip(store.each(cells + ENDPOINT));
    // A thread may have gone on between the two loads, to a request that has just begun.
    let same = polled.zip(store.each(cells + SINCE)).filter(|((since, _), again)| since == again);
    let endpoints = endpoint::all();
    same.filter(|((since, _), _)| *since != 0)
        .filter_map(|((since, at), _)| {
            let endpoint = endpoints.iter().find(|endpoint| address(endpoint) == at)?;
            Some((*endpoint, Reading::of_ticks(since)))
        })
        .collect()
}
