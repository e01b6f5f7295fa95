//! Striped cells: counters that are spread over columns, so that threads do not contend for cache lines.
//!
//! Each cell has an id, and every column can hold every cell. A thread adds only to its own column, so its cache lines
//! are practically never written by another core. A reader sums the columns. A column's chunks are allocated at their
//! first use and freed together with the columns, so a reference to a chunk is valid as long as they are borrowed.
#![expect(unsafe_code, reason = "chunks are published through atomic pointers, without a lock")]

use super::sync::{AtomicPtr, AtomicU64, Ordering};
use std::ptr;

/// Cells in a chunk: 16 KiB, so that a thread's first increment allocates less than 64 KiB, the table included.
#[cfg(not(goldsignal_loom))]
pub(crate) const CHUNK: usize = 2048;
/// Chunks in a column: 8 Mi cells, and a table of 32 KiB.
#[cfg(not(goldsignal_loom))]
const CHUNKS: usize = 4096;
// Loom explores the order of all accesses, so there are as few cells as make two chunks.
#[cfg(goldsignal_loom)]
pub(crate) const CHUNK: usize = 1;
#[cfg(goldsignal_loom)]
const CHUNKS: usize = 2;

/// The maximum number of columns. On machines with more cores, threads share columns.
#[cfg(not(goldsignal_loom))]
pub(crate) const MAX_COLUMNS: usize = 128;
#[cfg(goldsignal_loom)]
pub(crate) const MAX_COLUMNS: usize = 2;

/// The maximum number of cells. Metrics that are registered after that count nothing.
pub(crate) const CAPACITY: usize = CHUNK * CHUNKS;

struct Chunk([AtomicU64; CHUNK]);

struct Column([AtomicPtr<Chunk>; CHUNKS]);

/// A set of columns.
pub(crate) struct Columns([AtomicPtr<Column>; MAX_COLUMNS]);

impl Columns {
    /// Columns of which none is allocated.
    #[cfg(not(goldsignal_loom))]
    pub(crate) const fn new() -> Self {
        Self([const { AtomicPtr::new(ptr::null_mut()) }; MAX_COLUMNS])
    }

    #[cfg(goldsignal_loom)]
    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())))
    }

    /// The cell `id` of `column`. Allocates its chunk if this is the first use.
    ///
    /// # Panics
    /// If `column` or `id` is out of range. The functions of `layout` give out no such id.
    #[inline]
    pub(crate) fn cell(&self, column: usize, id: usize) -> &AtomicU64 {
        &self.row(column, id).chunk.0[id % CHUNK]
    }

    /// The cells of `column` from `first` to the end of their chunk. An operation looks its row up once, for all that
    /// it counts. Allocates the chunk if this is the first use.
    ///
    /// # Panics
    /// As [`cell`](Self::cell).
    pub(crate) fn row(&self, column: usize, first: usize) -> Row<'_> {
        let column = touch(&self.0[column], Column::new);
        Row { chunk: touch(&column.0[first / CHUNK], Chunk::new), first }
    }

    /// As [`row`](Self::row), but returns `None` instead of allocating, also for a column that does not exist. The hot
    /// path calls this: it saves no registers for the allocation, which the caller moves out of line.
    #[inline]
    pub(crate) fn touched(&self, column: usize, first: usize) -> Option<Row<'_>> {
        let column = peek(self.0.get(column)?)?;
        Some(Row { chunk: peek(column.0.get(first / CHUNK)?)?, first })
    }

    /// The sum of the cell `id` over the first `columns` columns.
    ///
    /// The loads acquire what the writers released. So a reader that sums the ends before the starts sees no end
    /// without its start.
    pub(crate) fn sum(&self, columns: usize, id: usize) -> u64 {
        self.each(columns, id).fold(0, |sum, cell| sum.wrapping_add(cell.load(Ordering::Acquire)))
    }

    /// Writes the sums of consecutive cells, the first with the id `id`, into `sums`. Each is as from [`sum`](Self::sum).
    ///
    /// It goes column by column, so it looks up each chunk once, and not once for each of its cells.
    ///
    /// # Panics
    /// If the last id is out of range.
    pub(crate) fn sums(&self, columns: usize, mut id: usize, mut sums: &mut [u64]) {
        sums.fill(0);
        while !sums.is_empty() {
            let (chunk, first) = (id / CHUNK, id % CHUNK);
            let (part, rest) = sums.split_at_mut(sums.len().min(CHUNK - first));
            id += part.len();
            for column in self.0.iter().take(columns) {
                let Some(chunk) = peek(column).and_then(|column| peek(&column.0[chunk])) else {
                    continue;
                };
                for (sum, cell) in part.iter_mut().zip(&chunk.0[first..]) {
                    *sum = sum.wrapping_add(cell.load(Ordering::Acquire));
                }
            }
            sums = rest;
        }
    }

    /// Whether no cell of `column` is allocated.
    pub(crate) fn is_untouched(&self, column: usize) -> bool {
        peek(&self.0[column]).is_none()
    }

    /// The cell `id` in each of the first `columns` columns that have allocated it.
    pub(crate) fn each(&self, columns: usize, id: usize) -> impl Iterator<Item = &AtomicU64> {
        self.0.iter().take(columns).filter_map(move |column| {
            let chunk = peek(&peek(column)?.0[id / CHUNK])?;
            Some(&chunk.0[id % CHUNK])
        })
    }
}

/// Consecutive cells of one column, all in one chunk.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    chunk: &'a Chunk,
    first: usize,
}

impl Row<'_> {
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
        // The remainder is always in range, so no bounds check is compiled.
        self.chunk.0[id % CHUNK].fetch_add(amount, Ordering::Release);
    }
}

impl Column {
    #[cfg(not(goldsignal_loom))]
    #[expect(clippy::large_stack_arrays, reason = "the compiler builds it in its box")]
    fn new() -> Box<Self> {
        Box::new(Self([const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS]))
    }

    #[cfg(goldsignal_loom)]
    fn new() -> Box<Self> {
        Box::new(Self(std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut()))))
    }
}

impl Chunk {
    #[cfg(not(goldsignal_loom))]
    fn new() -> Box<Self> {
        Box::new(Self([const { AtomicU64::new(0) }; CHUNK]))
    }

    #[cfg(goldsignal_loom)]
    fn new() -> Box<Self> {
        Box::new(Self(std::array::from_fn(|_| AtomicU64::new(0))))
    }
}

/// The value that `slot` points to. If it is null, stores a value made by `new`.
#[inline]
fn touch<T>(slot: &AtomicPtr<T>, new: fn() -> Box<T>) -> &T {
    match peek(slot) {
        Some(value) => value,
        None => publish(slot, new()),
    }
}

/// The value that `slot` points to; `None` if it is null.
#[inline]
fn peek<T>(slot: &AtomicPtr<T>) -> Option<&T> {
    // SAFETY: a slot is null, or holds a pointer that `publish` stored. That pointer came from a leaked `Box`, so it is
    // valid and aligned. `publish` wrote the value before its releasing exchange, from which this acquiring load reads.
    // Only `Columns::drop` frees the value. It has exclusive access to the columns, while the returned reference
    // borrows the slot inside them.
    unsafe { slot.load(Ordering::Acquire).as_ref() }
}

/// Stores `value` in the empty `slot`. If another thread was faster, drops `value` and returns that thread's.
#[cold]
#[inline(never)]
fn publish<T>(slot: &AtomicPtr<T>, value: Box<T>) -> &T {
    let fresh = Box::into_raw(value);
    match slot.compare_exchange(ptr::null_mut(), fresh, Ordering::AcqRel, Ordering::Acquire) {
        // SAFETY: `fresh` came from `Box::into_raw`, so it is valid. The slot owns it from now on, see `peek`.
        Ok(_) => unsafe { &*fresh },
        Err(first) => {
            // SAFETY: `fresh` came from `Box::into_raw`. The exchange failed, so no other thread has the pointer.
            drop(unsafe { Box::from_raw(fresh) });
            // SAFETY: `first` is not null, so another thread published it: see `peek`.
            unsafe { &*first }
        }
    }
}

impl Drop for Columns {
    fn drop(&mut self) {
        for column in &self.0 {
            let column = column.load(Ordering::Acquire);
            if column.is_null() {
                continue;
            }
            // SAFETY: `&mut self` proves that no reference into the columns exists. A pointer that is not null came
            // from `Box::into_raw` in `publish`, and nothing else frees it.
            let column = unsafe { Box::from_raw(column) };
            for chunk in &column.0 {
                let chunk = chunk.load(Ordering::Acquire);
                if !chunk.is_null() {
                    // SAFETY: as for the column.
                    drop(unsafe { Box::from_raw(chunk) });
                }
            }
        }
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
        columns.row(0, 5).add(3, 7);
        columns.row(0, 5).add_to(6, 2);
        assert_eq!([5, 6, 8].map(|id| columns.sum(1, id)), [0, 2, 7]);
    }

    #[test]
    fn sums_reach_over_chunks_and_columns() {
        let columns = Columns::new();
        let first = CHUNK - 2;
        for (column, id, amount) in
            [(0, first, 1), (1, first, 10), (0, CHUNK, 3), (1, 2 * CHUNK + 1, 5), (2, CHUNK, 100)]
        {
            columns.cell(column, id).fetch_add(amount, Ordering::Relaxed);
        }
        let mut sums = vec![7; CHUNK + 4];
        columns.sums(2, first, &mut sums);
        for (offset, sum) in sums.iter().enumerate() {
            assert_eq!(*sum, columns.sum(2, first + offset), "{offset}");
        }
        assert_eq!((sums[0], sums[2], sums[CHUNK + 3]), (11, 3, 5));
    }
}

#[cfg(all(test, goldsignal_loom))]
mod loom_tests {
    use super::*;
    use loom::sync::Arc;
    use loom::thread;

    /// Two threads use the same cell of the same column first: one allocation wins, and no increment is lost.
    #[test]
    fn first_touch() {
        loom::model(|| {
            let columns = Arc::new(Columns::new());
            let other = Arc::clone(&columns);
            let thread = thread::spawn(move || {
                other.cell(0, 1).fetch_add(1, Ordering::Relaxed);
            });
            columns.cell(0, 1).fetch_add(1, Ordering::Relaxed);
            thread.join().unwrap();
            assert_eq!(columns.sum(MAX_COLUMNS, 1), 2);
        });
    }

    /// A scrape concurrent to writers in two columns sees at most what was written, and never less than before.
    #[test]
    fn scrape_beside_writers() {
        loom::model(|| {
            let columns = Arc::new(Columns::new());
            let other = Arc::clone(&columns);
            let thread = thread::spawn(move || {
                other.cell(1, 0).fetch_add(1, Ordering::Release);
            });
            let first = columns.sum(MAX_COLUMNS, 0);
            columns.cell(0, 0).fetch_add(1, Ordering::Release);
            let mut second = [0];
            columns.sums(MAX_COLUMNS, 0, &mut second);
            assert!(first <= 1 && second[0] > first && second[0] <= 2);
            thread.join().unwrap();
            assert_eq!(columns.sum(MAX_COLUMNS, 0), 2);
        });
    }

    /// A reader that sums ends before starts never sees more ends than starts, though they are in two cells.
    #[test]
    fn in_flight_is_never_negative() {
        loom::model(|| {
            let columns = Arc::new(Columns::new());
            let other = Arc::clone(&columns);
            let thread = thread::spawn(move || {
                other.cell(1, 0).fetch_add(1, Ordering::Relaxed); // started
                other.cell(1, 1).fetch_add(1, Ordering::Release); // ended
            });
            let ended = columns.sum(MAX_COLUMNS, 1);
            let started = columns.sum(MAX_COLUMNS, 0);
            assert!(ended <= started);
            thread.join().unwrap();
        });
    }
}
