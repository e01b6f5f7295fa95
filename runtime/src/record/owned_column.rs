//! Which column of cells belongs to which thread.
//!
//! While a thread owns a column, no other thread writes to it, in any store. So it counts by a load and a store, without
//! an atomic read-modify-write. A thread takes a column when it first records, and gives it back when it ends; the next
//! owner continues with the values that are there. Threads that find no free column share one, and add atomically. So do
//! recordings of a thread's last thread-locals, after the column was given back.

use std::cell::Cell;

use super::cells::MAX_OWNED;
use super::sync::{AtomicU64, Ordering};

/// Which columns have an owner, one bit for each.
pub(crate) struct Owners([AtomicU64; MAX_OWNED.div_ceil(BITS)]);

const BITS: usize = u64::BITS as usize;

impl Owners {
    #[cfg(not(goldsignal_loom))]
    pub(crate) const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; MAX_OWNED.div_ceil(BITS)])
    }

    #[cfg(goldsignal_loom)]
    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::new(0)))
    }

    /// Takes the first free column of the first `limit`. It acquires what the last owner wrote.
    ///
    /// It takes the first one, so that there are only as many columns as threads at one time, and scrapes stay short.
    fn take(&self, limit: usize) -> Option<usize> {
        for (index, word) in self.0.iter().enumerate() {
            let mut bits = word.load(Ordering::Relaxed);
            while bits != u64::MAX {
                let free = bits.trailing_ones();
                let column = index * BITS + free as usize;
                if column >= limit {
                    return None;
                }
                let taken = bits | 1 << free;
                match word.compare_exchange(bits, taken, Ordering::Acquire, Ordering::Relaxed) {
                    Ok(_) => return Some(column),
                    Err(current) => bits = current,
                }
            }
        }
        None
    }

    /// Gives a column back. It releases what the thread wrote to it.
    fn give_back(&self, column: usize) {
        self.0[column / BITS].fetch_and(!(1 << (column % BITS)), Ordering::Release);
    }
}

/// The column that a thread owns.
struct Owned(Cell<Option<usize>>);

impl Owned {
    const fn none() -> Self {
        Self(Cell::new(None))
    }

    fn get_or_take(&self, owners: &Owners) -> Option<usize> {
        if self.0.get().is_none() {
            self.0.set(owners.take(limit()));
        }
        self.0.get()
    }

    fn give_back(&self, owners: &Owners) {
        if let Some(column) = self.0.take() {
            owners.give_back(column);
        }
    }
}

#[cfg(not(goldsignal_loom))]
static OWNERS: Owners = Owners::new();

#[cfg(not(goldsignal_loom))]
thread_local! {
    static OWNED: Owned = const { Owned::none() };
}

/// The column that this thread owns. Takes one if it has none. `None` if none is free, and while the thread ends.
#[cold]
#[cfg(not(goldsignal_loom))]
pub(super) fn get_or_take() -> Option<usize> {
    // A thread-local cannot be accessed while it is being destroyed, nor after that.
    OWNED.try_with(|owned| owned.get_or_take(&OWNERS)).ok().flatten()
}

#[cfg(not(goldsignal_loom))]
impl Drop for Owned {
    fn drop(&mut self) {
        // Thread-locals that are destroyed after this one may still record, but no longer to this column.
        super::store::forget_own_column();
        self.give_back(&OWNERS);
    }
}

/// How many columns can have an owner: eight for each core, so that practically every thread that does much has one, and
/// little memory is taken where little is. It bounds that memory: a column takes a table, and 16 KiB for each 2048 cells
/// among which the thread counted.
#[cfg(not(goldsignal_loom))]
fn limit() -> usize {
    static LIMIT: std::sync::LazyLock<usize> = std::sync::LazyLock::new(|| {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        (cores * 8).clamp(32, MAX_OWNED)
    });
    *LIMIT
}

#[cfg(goldsignal_loom)]
fn limit() -> usize {
    MAX_OWNED
}

#[cfg(all(test, not(goldsignal_loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_first_free_column_is_taken() {
        let owners = Owners::new();
        assert!((0..70).all(|column| owners.take(70) == Some(column)));
        assert_eq!(owners.take(70), None);
        for column in [65, 3] {
            owners.give_back(column);
        }
        assert_eq!([0; 3].map(|_| owners.take(70)), [Some(3), Some(65), None]);
        let all = (70..MAX_OWNED).all(|column| owners.take(MAX_OWNED) == Some(column));
        assert!(all && owners.take(MAX_OWNED).is_none());
    }

    #[test]
    fn a_thread_that_ends_gives_its_column_back() {
        let owns_one = || std::thread::spawn(|| get_or_take().is_some()).join().unwrap();
        let owners = (0..2 * MAX_OWNED).filter(|_| owns_one()).count();
        assert!(owners > MAX_OWNED, "{owners} threads, more than there are columns");
    }
}

#[cfg(all(test, goldsignal_loom))]
mod loom_tests {
    use super::*;
    use crate::record::cells::Columns;
    use loom::sync::Arc;
    use loom::thread;

    /// A thread's life: it counts as often as told before it gives its column back, and after that.
    fn live(owners: &Owners, columns: &Columns, before: usize, after: usize) {
        let owned = Owned::none();
        for _ in 0..before {
            columns.row(owned.get_or_take(owners), 0).add(0, 1);
        }
        owned.give_back(owners);
        for _ in 0..after {
            columns.row(None, 0).add(0, 1);
        }
    }

    /// Runs two threads, of which only one at a time can own the one column that there is. Beside them, a scrape never
    /// sees less than before, and in the end nothing is lost.
    fn two_threads(before: usize, after: usize) {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(move || {
            let shared = Arc::new((Owners::new(), Columns::new()));
            // Another test is about the first use.
            [Some(0), None].map(|owned| shared.1.row(owned, 0).add(0, 0));
            let threads = [0; 2].map(|_| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || live(&shared.0, &shared.1, before, after))
            });
            let first = shared.1.sum(0);
            let second = shared.1.sum(0);
            let all = 2 * (before + after) as u64;
            assert!(first <= second && second <= all, "{first}, {second} of {all}");
            for thread in threads {
                thread.join().unwrap();
            }
            assert_eq!(shared.1.sum(0), all);
        });
    }

    /// The second thread takes the column over, or finds no free column and counts in the shared one.
    #[test]
    fn a_column_is_handed_over() {
        two_threads(1, 0);
    }

    /// A thread that found no free column takes the one that becomes free.
    #[test]
    fn a_column_is_taken_later() {
        loom::model(|| {
            let shared = Arc::new((Owners::new(), Columns::new()));
            [Some(0), None].map(|owned| shared.1.row(owned, 0).add(0, 0));
            let other = Arc::clone(&shared);
            let thread = thread::spawn(move || live(&other.0, &other.1, 2, 0));
            live(&shared.0, &shared.1, 2, 0);
            thread.join().unwrap();
            assert_eq!(shared.1.sum(0), 4);
        });
    }

    /// A thread counts also while its last thread-locals are destroyed, when another thread may own the column.
    #[test]
    fn a_thread_counts_while_it_ends() {
        two_threads(1, 1);
    }
}
