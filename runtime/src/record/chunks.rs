//! Columns of cells, whose memory is allocated where it is first used.
//!
//! A column is a table of chunks. What was allocated stays until the table is dropped, so a reference to a chunk is valid
//! as long as the column is borrowed.
#![expect(unsafe_code, reason = "memory is published through atomic pointers, without a lock")]

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

/// The maximum number of cells. Metrics that are registered after that count nothing.
pub(crate) const CAPACITY: usize = CHUNK * CHUNKS;

/// Consecutive cells. 128-byte aligned: no false sharing, nor through adjacent-line prefetch, and cells that `layout` puts
/// on one cache line are on one.
#[repr(align(128))]
pub(crate) struct Chunk([AtomicU64; CHUNK]);

/// All cells, in chunks.
pub(crate) struct Column([Lazy<Chunk>; CHUNKS]);

/// A value that is allocated at its first use.
pub(crate) struct Lazy<T>(AtomicPtr<T>);

/// A type that can be allocated.
pub(crate) trait Fresh {
    /// A value in which nothing was counted.
    fn fresh() -> Box<Self>;
}

impl<T: Fresh> Lazy<T> {
    #[cfg(not(goldsignal_loom))]
    pub(crate) const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    #[cfg(goldsignal_loom)]
    pub(crate) fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// The value; `None` if it is not allocated.
    #[inline]
    pub(crate) fn get(&self) -> Option<&T> {
        // SAFETY: the pointer is null, or `publish` stored it. In the latter case it came from a leaked `Box`, so it is
        // valid and aligned. `publish` wrote the value before its releasing exchange, from which this acquiring load
        // reads. Only `drop` frees the value. It has exclusive access, while the returned reference borrows `self`.
        unsafe { self.0.load(Ordering::Acquire).as_ref() }
    }

    /// The value. Allocates it if this is the first use.
    pub(crate) fn get_or_allocate(&self) -> &T {
        match self.get() {
            Some(value) => value,
            None => self.publish(T::fresh()),
        }
    }

    /// Stores `value`. If another thread was faster, drops `value` and returns that thread's.
    #[cold]
    #[inline(never)]
    fn publish(&self, value: Box<T>) -> &T {
        let fresh = Box::into_raw(value);
        let empty = ptr::null_mut();
        match self.0.compare_exchange(empty, fresh, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: `fresh` came from `Box::into_raw`, so it is valid. `self` owns it from now on, see `get`.
            Ok(_) => unsafe { &*fresh },
            Err(first) => {
                // SAFETY: `fresh` came from `Box::into_raw`. The exchange failed, so no other thread has the pointer.
                drop(unsafe { Box::from_raw(fresh) });
                // SAFETY: `first` is not null, so another thread published it: see `get`.
                unsafe { &*first }
            }
        }
    }
}

impl<T> Drop for Lazy<T> {
    fn drop(&mut self) {
        let value = self.0.load(Ordering::Acquire);
        if !value.is_null() {
            // SAFETY: `&mut self` proves that no reference to the value exists. A pointer that is not null came from
            // `Box::into_raw` in `publish`, and nothing else frees it.
            drop(unsafe { Box::from_raw(value) });
        }
    }
}

impl<T> std::fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lazy").finish_non_exhaustive()
    }
}

impl Column {
    /// The chunk of the cell `id`; `None` if it is not allocated.
    #[inline]
    pub(crate) fn chunk(&self, id: usize) -> Option<&Chunk> {
        // The remainder is always in range, so no bounds check is compiled.
        self.0[id / CHUNK % CHUNKS].get()
    }

    /// The chunk of the cell `id`. Allocates it if this is the first use.
    ///
    /// # Panics
    /// If `id` is out of range. The functions of `layout` give out no such id.
    pub(crate) fn chunk_or_allocate(&self, id: usize) -> &Chunk {
        self.0[id / CHUNK].get_or_allocate()
    }
}

impl Lazy<Column> {
    /// The cell `id`; `None` if it is not allocated.
    pub(crate) fn cell(&self, id: usize) -> Option<&AtomicU64> {
        Some(self.get()?.chunk(id)?.cell(id))
    }

    /// The cell `id`. Allocates it if this is the first use.
    pub(crate) fn cell_or_allocate(&self, id: usize) -> &AtomicU64 {
        self.get_or_allocate().chunk_or_allocate(id).cell(id)
    }
}

impl Chunk {
    /// The number of its cells.
    pub(crate) const LEN: usize = CHUNK;

    /// The cell `id`, which is in this chunk.
    #[inline]
    pub(crate) fn cell(&self, id: usize) -> &AtomicU64 {
        // The remainder is always in range, so no bounds check is compiled.
        &self.0[id % CHUNK]
    }

    /// Its cells from `id` on.
    pub(crate) fn cells_from(&self, id: usize) -> &[AtomicU64] {
        &self.0[id % CHUNK..]
    }
}

#[cfg(not(goldsignal_loom))]
impl Fresh for Column {
    fn fresh() -> Box<Self> {
        // SAFETY: a `Column` consists of atomic pointers, and a null pointer is all zeros.
        unsafe { zeroed() }
    }
}

#[cfg(not(goldsignal_loom))]
impl Fresh for Chunk {
    fn fresh() -> Box<Self> {
        // SAFETY: a `Chunk` consists of atomic integers, and zero is all zeros.
        unsafe { zeroed() }
    }
}

/// A box of zeros. The system provides memory for a table only where it is written, and a thread uses few chunks.
///
/// # Safety
/// All zeros must be a valid `T`, and `T` must not be zero-sized.
#[cfg(not(goldsignal_loom))]
#[expect(clippy::unnecessary_box_returns, reason = "it is too large to be moved")]
unsafe fn zeroed<T>() -> Box<T> {
    use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};
    let layout = Layout::new::<T>();
    // SAFETY: the caller promises that the layout has a size. The pointer is valid for this layout, which is that of a
    // `Box<T>`, and it points to zeros, which the caller promises to be a valid `T`.
    unsafe {
        let zeros = alloc_zeroed(layout).cast::<T>();
        if zeros.is_null() {
            handle_alloc_error(layout);
        }
        Box::from_raw(zeros)
    }
}

#[cfg(goldsignal_loom)]
impl Fresh for Column {
    fn fresh() -> Box<Self> {
        Box::new(Self(std::array::from_fn(|_| Lazy::new())))
    }
}

#[cfg(goldsignal_loom)]
impl Fresh for Chunk {
    fn fresh() -> Box<Self> {
        Box::new(Self(std::array::from_fn(|_| AtomicU64::new(0))))
    }
}

#[cfg(all(test, not(goldsignal_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_allocated_at_its_first_use() {
        let column = Lazy::<Column>::new();
        assert!(column.get().is_none() && column.cell(5).is_none());
        column.cell_or_allocate(CHUNK + 5).store(7, Ordering::Relaxed);
        assert!(column.cell(5).is_none(), "another chunk");
        let cells = [CHUNK + 5, CHUNK + 6].map(|id| column.cell(id).unwrap());
        assert_eq!(cells.map(|cell| cell.load(Ordering::Relaxed)), [7, 0]);
    }

    #[test]
    fn a_chunk_begins_on_a_cache_line() {
        let column = Lazy::<Column>::new();
        let first: *const AtomicU64 = column.cell_or_allocate(3 * CHUNK);
        assert_eq!(first.addr() % 128, 0);
        assert_eq!(size_of::<Chunk>(), 8 * CHUNK, "the alignment costs nothing");
    }
}

#[cfg(all(test, goldsignal_loom))]
mod loom_tests {
    use super::*;
    use loom::sync::Arc;
    use loom::thread;

    /// Two threads use the same cell first: one allocation wins, and no increment is lost.
    #[test]
    fn first_touch() {
        loom::model(|| {
            let column = Arc::new(Lazy::<Column>::new());
            let other = Arc::clone(&column);
            let thread = thread::spawn(move || {
                other.cell_or_allocate(1).fetch_add(1, Ordering::Relaxed);
            });
            column.cell_or_allocate(1).fetch_add(1, Ordering::Relaxed);
            thread.join().unwrap();
            assert_eq!(column.cell(1).unwrap().load(Ordering::Relaxed), 2);
        });
    }
}
