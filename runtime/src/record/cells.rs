//! Striped cells: counters that are spread over columns, so that threads do not contend for cache lines.
//!
//! Each cell has an id, and every column can hold every cell. A thread adds to the column that it owns, or else to the
//! shared one (see `owned_column`). A reader sums the columns.

use std::marker::PhantomData;

use super::chunks::{Chunk, Column, Lazy};
use super::sync::{AtomicU64, AtomicUsize, Ordering};

/// The maximum number of columns that have an owner. Further threads share one.
#[cfg(not(goldsignal_loom))]
pub(crate) const MAX_OWNED: usize = 256;
#[cfg(goldsignal_loom)]
pub(crate) const MAX_OWNED: usize = 1;

/// A set of columns.
pub(crate) struct Columns {
    owned: [Lazy<Column>; MAX_OWNED],
    /// No column of `owned` from this index on is allocated.
    end: AtomicUsize,
    shared: Lazy<Column>,
}

impl Columns {
    /// Columns of which none is allocated.
    #[cfg(not(goldsignal_loom))]
    pub(crate) const fn new() -> Self {
        let owned = [const { Lazy::new() }; MAX_OWNED];
        Self { owned, end: AtomicUsize::new(0), shared: Lazy::new() }
    }

    #[cfg(goldsignal_loom)]
    pub(crate) fn new() -> Self {
        let owned = std::array::from_fn(|_| Lazy::new());
        Self { owned, end: AtomicUsize::new(0), shared: Lazy::new() }
    }

    /// The column with the index `owned`. Allocates it if this is the first use.
    ///
    /// # Panics
    /// If `owned` is out of range.
    pub(crate) fn owned(&self, owned: usize) -> &Column {
        let column = &self.owned[owned];
        column.get().unwrap_or_else(|| {
            // This comes before any count, so a reader that sees a count sees also this.
            self.end.fetch_max(owned + 1, Ordering::Relaxed);
            column.get_or_allocate()
        })
    }

    /// The cells from `first` on of the thread that owns the column with the index `owned`, or that owns none. Allocates
    /// their chunk if this is the first use.
    ///
    /// # Panics
    /// If `owned` or `first` is out of range. The functions of `layout` give out no such id.
    pub(crate) fn row(&self, owned: Option<usize>, first: usize) -> Row<'_> {
        let column = match owned {
            Some(owned) => self.owned(owned),
            None => self.shared.get_or_allocate(),
        };
        Row::new(column.chunk_or_allocate(first), first, owned.is_some())
    }

    /// The sum of the cell `id` over all columns.
    ///
    /// The loads acquire what the writers released. So a reader that sums the ends before the starts sees no end
    /// without its start.
    pub(crate) fn sum(&self, id: usize) -> u64 {
        self.each(id).fold(0, |sum, cell| sum.wrapping_add(cell.load(Ordering::Acquire)))
    }

    /// Writes the sums of consecutive cells, the first with the id `id`, into `sums`. Each is as from [`sum`](Self::sum).
    ///
    /// It goes column by column, so it looks up each chunk once, and not once for each of its cells.
    ///
    /// # Panics
    /// If the last id is out of range.
    pub(crate) fn sums(&self, mut id: usize, mut sums: &mut [u64]) {
        sums.fill(0);
        while !sums.is_empty() {
            let cells = Chunk::LEN - id % Chunk::LEN;
            let (part, rest) = sums.split_at_mut(sums.len().min(cells));
            for chunk in self.columns().filter_map(|column| column.chunk(id)) {
                for (sum, cell) in part.iter_mut().zip(chunk.cells_from(id)) {
                    *sum = sum.wrapping_add(cell.load(Ordering::Acquire));
                }
            }
            id += part.len();
            sums = rest;
        }
    }

    /// The cell `id` in each column that has allocated it.
    pub(crate) fn each(&self, id: usize) -> impl Iterator<Item = &AtomicU64> {
        self.columns().filter_map(move |column| Some(column.chunk(id)?.cell(id)))
    }

    fn columns(&self) -> impl Iterator<Item = &Column> {
        let owned = self.owned.iter().take(self.end.load(Ordering::Relaxed));
        owned.chain([&self.shared]).filter_map(Lazy::get)
    }
}

/// Consecutive cells of the column to which this thread adds, all in one chunk.
///
/// It cannot be sent to another thread, which must not write to a column that this one owns.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    chunk: &'a Chunk,
    first: usize,
    is_owned: bool,
    not_send: PhantomData<*const ()>,
}

impl<'a> Row<'a> {
    /// The cells from `first` on. The caller guarantees that this thread owns their column if `is_owned`.
    #[inline]
    pub(super) fn new(chunk: &'a Chunk, first: usize, is_owned: bool) -> Self {
        Self { chunk, first, is_owned, not_send: PhantomData }
    }

    /// Adds to the cell at `offset` from the first. `layout::allocate_row` guarantees that it is in the same chunk.
    #[inline]
    pub(crate) fn add(self, offset: usize, amount: u64) {
        self.add_to(self.first + offset, amount);
    }

    /// Adds to the cell `id`, which is in the same chunk.
    ///
    /// The addition releases earlier writes of this thread: see [`Columns::sum`].
    #[inline]
    pub(crate) fn add_to(self, id: usize, amount: u64) {
        let cell = self.chunk.cell(id);
        if self.is_owned {
            // No other thread writes to this cell, so nothing is lost between the load and the store.
            let sum = cell.load(Ordering::Relaxed).wrapping_add(amount);
            cell.store(sum, Ordering::Release);
        } else {
            cell.fetch_add(amount, Ordering::Release);
        }
    }

    /// Sets the cell at `offset` from the first, if this thread owns its column: the value is this thread's alone. See
    /// [`Columns::each`].
    #[inline]
    pub(crate) fn set(self, offset: usize, value: u64) {
        if self.is_owned {
            self.chunk.cell(self.first + offset).store(value, Ordering::Release);
        }
    }

    /// Replaces the value of the first cell by what `f` makes of it, unless that is `None`. Returns whether it did.
    pub(crate) fn update(self, f: impl Fn(u64) -> Option<u64>) -> bool {
        let cell = self.chunk.cell(self.first);
        if !self.is_owned {
            return cell.fetch_update(Ordering::Release, Ordering::Relaxed, f).is_ok();
        }
        let updated = f(cell.load(Ordering::Relaxed));
        if let Some(value) = updated {
            cell.store(value, Ordering::Release);
        }
        updated.is_some()
    }
}

impl std::fmt::Debug for Columns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Columns").finish_non_exhaustive()
    }
}

#[cfg(all(test, not(goldsignal_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_row_adds_at_an_offset() {
        let columns = Columns::new();
        for owned in [None, Some(0), Some(MAX_OWNED - 1)] {
            columns.row(owned, 5).add(3, 7);
            columns.row(owned, 5).add_to(6, 2);
        }
        assert_eq!([5, 6, 8].map(|id| columns.sum(id)), [0, 6, 21]);
    }

    #[test]
    fn a_cell_wraps() {
        let columns = Columns::new();
        for owned in [None, Some(3)] {
            columns.row(owned, 5).add(0, 1_u64.wrapping_neg());
            columns.row(owned, 5).add(0, 3);
        }
        assert_eq!(columns.sum(5), 4);
    }

    #[test]
    fn an_update_can_be_refused() {
        let columns = Columns::new();
        for owned in [None, Some(3)] {
            assert!(columns.row(owned, 5).update(|value| value.checked_add(2)));
            assert!(!columns.row(owned, 5).update(|value| value.checked_sub(3)));
        }
        assert_eq!(columns.sum(5), 4);
    }

    #[test]
    fn sums_reach_over_chunks_and_columns() {
        let columns = Columns::new();
        let first = Chunk::LEN - 2;
        for (owned, id, amount) in [
            (Some(0), first, 1),
            (None, first, 10),
            (Some(0), Chunk::LEN, 3),
            (Some(1), 2 * Chunk::LEN + 1, 5),
        ] {
            columns.row(owned, id).add(0, amount);
        }
        let mut sums = vec![7; Chunk::LEN + 4];
        columns.sums(first, &mut sums);
        for (offset, sum) in sums.iter().enumerate() {
            assert_eq!(*sum, columns.sum(first + offset), "{offset}");
        }
        assert_eq!((sums[0], sums[2], sums[Chunk::LEN + 3]), (11, 3, 5));
    }
}

#[cfg(all(test, goldsignal_loom))]
mod loom_tests {
    use super::*;
    use loom::sync::Arc;
    use loom::thread;

    /// A scrape concurrent to writers in two columns sees at most what was written, and never less than before.
    #[test]
    fn scrape_beside_writers() {
        loom::model(|| {
            let columns = Arc::new(Columns::new());
            let other = Arc::clone(&columns);
            let thread = thread::spawn(move || other.row(Some(0), 0).add(0, 1));
            let first = columns.sum(0);
            columns.row(None, 0).add(0, 1);
            let mut second = [0];
            columns.sums(0, &mut second);
            assert!(first <= 1 && second[0] > first && second[0] <= 2);
            thread.join().unwrap();
            assert_eq!(columns.sum(0), 2);
        });
    }

    /// A reader that sums ends before starts never sees more ends than starts: neither of one thread, nor of a request
    /// that starts on one thread and ends on another one.
    #[test]
    fn in_flight_is_never_negative() {
        const STARTED: usize = 0;
        const ENDED: usize = 1;
        for starts_on_an_owned_column in [true, false] {
            loom::model(move || {
                let columns = Arc::new(Columns::new());
                let other = Arc::clone(&columns);
                let [first, second] =
                    if starts_on_an_owned_column { [Some(0), None] } else { [None, Some(0)] };
                let thread = thread::spawn(move || {
                    other.row(first, STARTED).add(0, 1);
                    let requests = Arc::clone(&other);
                    let thread = thread::spawn(move || requests.row(second, ENDED).add(0, 1));
                    other.row(first, STARTED).add(0, 1);
                    other.row(first, ENDED).add(0, 1);
                    thread.join().unwrap();
                });
                let ended = columns.sum(ENDED);
                let started = columns.sum(STARTED);
                assert!(ended <= started, "{ended} of {started}");
                thread.join().unwrap();
                assert_eq!((columns.sum(STARTED), columns.sum(ENDED)), (2, 2));
            });
        }
    }
}
