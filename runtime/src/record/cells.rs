//! Striped cells: columns of `u64` counters, allocated where they are first touched.
//!
//! A cell has a dense id. Every column can hold every cell; a thread adds only to its own column, so the
//! cache lines that it writes are practically never written by another core. A reader sums the columns.
//! Chunks are allocated on first touch and live as long as the columns, so a reference to one stays good.
#![expect(unsafe_code, reason = "chunks are published through atomic pointers, without a lock")]

use super::sync::{AtomicPtr, AtomicU64, Ordering};
use std::ptr;

/// Cells in a chunk: 16 KiB, so that a thread's first touch stays below 64 KiB with the table.
#[cfg(not(goldsignal_loom))]
pub(crate) const CHUNK: usize = 2048;
/// Chunks in a column: 8 Mi cells, and a table of 32 KiB.
#[cfg(not(goldsignal_loom))]
const CHUNKS: usize = 4096;
// Loom explores every access: as few as still have two chunks.
#[cfg(goldsignal_loom)]
pub(crate) const CHUNK: usize = 1;
#[cfg(goldsignal_loom)]
const CHUNKS: usize = 2;

/// The most columns: more cores than this share.
#[cfg(not(goldsignal_loom))]
pub(crate) const MAX_COLUMNS: usize = 128;
#[cfg(goldsignal_loom)]
pub(crate) const MAX_COLUMNS: usize = 2;

/// How many cells there can be. What is registered past that is not counted.
pub(crate) const CAPACITY: usize = CHUNK * CHUNKS;

struct Chunk([AtomicU64; CHUNK]);

struct Column([AtomicPtr<Chunk>; CHUNKS]);

/// A set of columns.
pub(crate) struct Columns([AtomicPtr<Column>; MAX_COLUMNS]);

impl Columns {
    /// No column is allocated yet.
    #[cfg(not(goldsignal_loom))]
    pub(crate) const fn new() -> Self {
        Self([const { AtomicPtr::new(ptr::null_mut()) }; MAX_COLUMNS])
    }

    #[cfg(goldsignal_loom)]
    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())))
    }

    /// The cell `id` of `column`, allocated if it is touched for the first time.
    ///
    /// # Panics
    /// When `column` or `id` is out of range; `Layout` hands out no such id.
    #[inline]
    pub(crate) fn cell(&self, column: usize, id: usize) -> &AtomicU64 {
        &self.row(column, id).chunk.0[id % CHUNK]
    }

    /// The cells of `column` from `first` on, as far as they are in one chunk: found once for all that an operation
    /// counts.
    ///
    /// # Panics
    /// As [`cell`](Self::cell).
    pub(crate) fn row(&self, column: usize, first: usize) -> Row<'_> {
        let column = touch(&self.0[column], Column::new);
        Row { chunk: touch(&column.0[first / CHUNK], Chunk::new), first }
    }

    /// The same, if they were touched before; `None` also where there is no such column. So all that happens once is
    /// in one place, which is not the hot path: that has nothing to save for it.
    #[inline]
    pub(crate) fn touched(&self, column: usize, first: usize) -> Option<Row<'_>> {
        let column = peek(self.0.get(column)?)?;
        Some(Row { chunk: peek(column.0.get(first / CHUNK)?)?, first })
    }

    /// The sum of the cell `id` over those of the first `columns` that have it.
    ///
    /// Acquires what every writer released: who reads ends and then starts sees no end without its start.
    pub(crate) fn sum(&self, columns: usize, id: usize) -> u64 {
        self.each(columns, id).fold(0, |sum, cell| sum.wrapping_add(cell.load(Ordering::Acquire)))
    }

    /// Sums the cells from `id` on, as [`sum`](Self::sum) does each of them.
    ///
    /// Column by column: what finds a chunk is paid once for all cells in it, where a scrape would pay it for
    /// each cell of each column.
    ///
    /// # Panics
    /// When there are not so many cells.
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

    /// Whether no cell of `column` was ever touched.
    pub(crate) fn is_untouched(&self, column: usize) -> bool {
        peek(&self.0[column]).is_none()
    }

    /// The cell `id` of those of the first `columns` that have it.
    pub(crate) fn each(&self, columns: usize, id: usize) -> impl Iterator<Item = &AtomicU64> {
        self.0.iter().take(columns).filter_map(move |column| {
            let chunk = peek(&peek(column)?.0[id / CHUNK])?;
            Some(&chunk.0[id % CHUNK])
        })
    }
}

/// Cells of one column that follow each other in one chunk.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    chunk: &'a Chunk,
    first: usize,
}

impl Row<'_> {
    /// Adds to the cell at `offset`, which is in the same chunk: `layout::allocate_row` sees to that.
    #[inline]
    pub(crate) fn add(self, offset: usize, amount: u64) {
        self.add_to(self.first + offset, amount);
    }

    /// Adds to the cell `id`, which is in the same chunk.
    ///
    /// The add releases what the thread did before: see [`Columns::sum`].
    #[inline]
    pub(crate) fn add_to(self, id: usize, amount: u64) {
        // Without a check that could fail.
        self.chunk.0[id % CHUNK].fetch_add(amount, Ordering::Release);
    }
}

impl Column {
    #[cfg(not(goldsignal_loom))]
    #[expect(clippy::large_stack_arrays, reason = "moved into its box at once")]
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

/// What `slot` points at; made by `new` where it is empty.
#[inline]
fn touch<T>(slot: &AtomicPtr<T>, new: fn() -> Box<T>) -> &T {
    match peek(slot) {
        Some(value) => value,
        None => publish(slot, new()),
    }
}

/// What `slot` points at, if anything.
#[inline]
fn peek<T>(slot: &AtomicPtr<T>) -> Option<&T> {
    // SAFETY: a slot is null, or holds what `publish` put there: a leaked `Box`, written before the
    // releasing exchange that this acquiring load reads from. It is freed only by `Columns::drop`, which
    // has the columns exclusively, while the reference borrows the slot inside them.
    unsafe { slot.load(Ordering::Acquire).as_ref() }
}

/// Puts `value` into the empty `slot`, or takes what another thread put there first.
#[cold]
#[inline(never)]
fn publish<T>(slot: &AtomicPtr<T>, value: Box<T>) -> &T {
    let fresh = Box::into_raw(value);
    match slot.compare_exchange(ptr::null_mut(), fresh, Ordering::AcqRel, Ordering::Acquire) {
        // SAFETY: `fresh` came out of a `Box` just now; the slot owns it from here on, see `peek`.
        Ok(_) => unsafe { &*fresh },
        Err(first) => {
            // SAFETY: the exchange failed, so no one else has seen `fresh`.
            drop(unsafe { Box::from_raw(fresh) });
            // SAFETY: `first` is not null, so it is another thread's published value, see `peek`.
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
            // SAFETY: `&mut self` proves that no reference into the columns is left; what is not null
            // came out of `Box::into_raw` in `publish` and is freed here once.
            let column = unsafe { Box::from_raw(column) };
            for chunk in &column.0 {
                let chunk = chunk.load(Ordering::Acquire);
                if !chunk.is_null() {
                    // SAFETY: as above.
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

    /// Two threads touch the same cell of the same column first: one allocation wins, no add is lost.
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

    /// A scrape beside writers in two columns sees no more than was written, and never less than before.
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

    /// Who reads ends before starts never sees more ends than starts, though the cells are two.
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
