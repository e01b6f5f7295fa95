//! The store of one registry: its cells, gauges, exemplars and intern tables.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::SystemTime;

use super::ambient::GLOBAL;
use super::cells::{Columns, Row};
use super::chunks::{Column, Lazy};
use super::exemplar::{self, Exemplar};
use super::heaviest::Heaviest;
use super::intern::{InternTable, Interner};
use super::owned_column;
use super::sync::lock;
use super::visit::Source;
use crate::declare::metric_prefix::LateMetricPrefix;
use crate::declare::naming::LateNaming;
use crate::declare::{Dimension, Domain, MetricPrefix, Naming};

/// The maximum number of families with intern tables. Budgeted labels of further ones fold every value.
const MAX_BUDGETED_FAMILIES: usize = 1024;

/// The maximum number of families among which those of heaviest keys are. Further ones count nothing.
const MAX_HEAVIEST: usize = 1024;

/// The data of one registry.
pub(crate) struct Store {
    columns: Columns,
    /// Gauges, in a single column: a gauge can be set, so it is one atomic.
    gauges: Lazy<Column>,
    /// Exemplars of latency buckets, by the cell id of the bucket. Each word is in a column of its own. Chunks are
    /// allocated at first use, so unsampled latencies take no memory.
    exemplars: [Lazy<Column>; exemplar::WORDS],
    tables: [OnceLock<Box<[Option<InternTable>]>>; MAX_BUDGETED_FAMILIES],
    heaviest: [Lazy<Heaviest>; MAX_HEAVIEST],
    /// What the store exposes besides declared metrics: bridges, and counters of the service.
    pub(crate) sources: Mutex<Vec<std::sync::Arc<dyn Source>>>,
    /// Hidden families that the log has named: the name of each, and of its source.
    pub(crate) hidden_named: Mutex<BTreeSet<(String, String)>>,
    /// Cells whose series are exposed as zero before anything is counted.
    declared: Mutex<BTreeSet<usize>>,
    created: OnceLock<SystemTime>,
    /// The naming of the metrics of requests. It is settled when the first request ends.
    naming: OnceLock<Naming>,
    /// What the names of the built-in families begin with; settled by the first exposition.
    metric_prefix: OnceLock<MetricPrefix>,
    /// Samples the traces of the code that records here.
    #[cfg(feature = "traces")]
    pub(crate) sampler: OnceLock<std::sync::Arc<dyn super::sampler::TraceSampler>>,
    /// The subscriber for the events of the code that records here.
    #[cfg(feature = "testing")]
    pub(crate) dispatch: OnceLock<tracing_core::Dispatch>,
    #[cfg(feature = "testing")]
    pub(super) alive: OnceLock<super::ambient::AliveScope>,
    /// How many samples were refused: infinite or NaN, too large for their sum, or negative for a counter.
    pub(crate) not_a_number: AtomicU32,
}

impl Store {
    #[expect(
        clippy::large_stack_arrays,
        reason = "it is a static, or moved into the `Arc` of a test"
    )]
    pub(crate) const fn new() -> Self {
        Self {
            columns: Columns::new(),
            gauges: Lazy::new(),
            exemplars: [const { Lazy::new() }; exemplar::WORDS],
            tables: [const { OnceLock::new() }; MAX_BUDGETED_FAMILIES],
            heaviest: [const { Lazy::new() }; MAX_HEAVIEST],
            sources: Mutex::new(Vec::new()),
            hidden_named: Mutex::new(BTreeSet::new()),
            declared: Mutex::new(BTreeSet::new()),
            created: OnceLock::new(),
            naming: OnceLock::new(),
            metric_prefix: OnceLock::new(),
            #[cfg(feature = "traces")]
            sampler: OnceLock::new(),
            #[cfg(feature = "testing")]
            dispatch: OnceLock::new(),
            #[cfg(feature = "testing")]
            alive: OnceLock::new(),
            not_a_number: AtomicU32::new(0),
        }
    }

    /// Adds to a striped cell.
    #[inline]
    pub(crate) fn add(&self, id: usize, amount: u64) {
        match self.own_row(id) {
            Some(row) => row.add(0, amount),
            None => self.add_elsewhere(id, amount),
        }
    }

    #[cold]
    #[inline(never)]
    fn add_elsewhere(&self, id: usize, amount: u64) {
        self.touch(id).add(0, amount);
    }

    /// The cells of this thread from `first` on, in the usual case: the thread owns a column, and has used their chunk.
    /// What is added to them then needs no test of whether others add to them as well.
    #[inline]
    pub(crate) fn own_row(&self, first: usize) -> Option<Row<'_>> {
        let column = OWN_COLUMN.get().filter(|_| ptr::eq(self, &raw const GLOBAL))?;
        column.chunk(first).map(|chunk| Row::new(chunk, first, true))
    }

    /// The cells of this thread from `first` on.
    #[inline]
    pub(crate) fn row(&self, first: usize) -> Row<'_> {
        self.own_row(first).unwrap_or_else(|| self.touch(first))
    }

    /// The cells of this thread from `first` on: at the first use of a chunk, of a thread that owns no column, in a store
    /// of a test.
    #[cold]
    #[inline(never)]
    fn touch(&self, first: usize) -> Row<'_> {
        let owned = owned_column::get_or_take();
        if let Some(owned) = owned.filter(|_| ptr::eq(self, &raw const GLOBAL)) {
            OWN_COLUMN.set(Some(GLOBAL.columns.owned(owned)));
        }
        self.columns.row(owned, first)
    }

    /// Adds to a striped cell with the bits of a finite `f64`. An amount that would make it infinite or NaN is refused,
    /// because no later amount could repair the sum.
    ///
    /// Returns whether the amount was added.
    #[must_use]
    pub(crate) fn add_f64(&self, id: usize, amount: f64) -> bool {
        let added = self.row(id).update(|bits| {
            let sum = f64::from_bits(bits) + amount;
            sum.is_finite().then_some(sum.to_bits())
        });
        if !added {
            self.refuse();
        }
        added
    }

    /// Counts a refused sample.
    #[cold]
    #[inline(never)]
    pub(crate) fn refuse(&self) {
        self.not_a_number.fetch_add(1, Ordering::Relaxed);
    }

    /// The sum of a striped cell.
    pub(crate) fn sum(&self, id: usize) -> u64 {
        self.columns.sum(id)
    }

    /// The values of a striped cell, one for each thread that used its chunk.
    pub(crate) fn each(&self, id: usize) -> impl Iterator<Item = u64> {
        self.columns.each(id).map(|cell| cell.load(Ordering::Acquire))
    }

    /// Writes the sums of consecutive striped cells, the first with the id `id`, into `sums`.
    pub(crate) fn sums(&self, id: usize, sums: &mut [u64]) {
        self.columns.sums(id, sums);
    }

    /// The sum of a striped cell with the bits of an `f64`. Each column is finite, but their sum can overflow; then this
    /// returns the largest finite number.
    pub(crate) fn sum_f64(&self, id: usize) -> f64 {
        let cells = self.columns.each(id);
        let sum: f64 = cells.map(|cell| f64::from_bits(cell.load(Ordering::Acquire))).sum();
        sum.clamp(f64::MIN, f64::MAX)
    }

    /// The atomic of a gauge, with the bits of an `f64`.
    pub(crate) fn gauge(&self, id: usize) -> &super::sync::AtomicU64 {
        self.gauges.cell_or_allocate(id)
    }

    /// The value of a gauge. Reading a gauge that was never set allocates no cell.
    pub(crate) fn gauge_value(&self, id: usize) -> f64 {
        f64::from_bits(self.gauge_bits(id))
    }

    /// The content of a gauge's cell.
    pub(crate) fn gauge_bits(&self, id: usize) -> u64 {
        self.gauges.cell(id).map_or(0, |cell| cell.load(Ordering::Relaxed))
    }

    /// Stores `exemplar` for the bucket with this cell, unless another thread is doing so.
    #[cold]
    pub(crate) fn record_exemplar(&self, id: usize, exemplar: &Exemplar) {
        exemplar::write(self.exemplars.each_ref().map(|word| word.cell_or_allocate(id)), exemplar);
    }

    /// The exemplars of `buckets` buckets, the first with the cell `first`; empty if nothing was ever sampled.
    pub(crate) fn exemplars(&self, first: usize, buckets: usize) -> Vec<Option<Exemplar>> {
        if self.exemplars[0].get().is_none() {
            return Vec::new();
        }
        (first..first + buckets).map(|id| self.exemplar(id)).collect()
    }

    fn exemplar(&self, id: usize) -> Option<Exemplar> {
        let mut words = self.exemplars.iter().map(|word| word.cell(id));
        let first = words.next()??;
        let mut all = [first; exemplar::WORDS];
        for (slot, word) in all[1..].iter_mut().zip(words) {
            *slot = word?;
        }
        exemplar::read(all)
    }

    /// The intern tables of the family with `ordinal`. They are allocated at first use.
    pub(crate) fn interner(&self, ordinal: usize, dimensions: &[Dimension]) -> Interner<'_> {
        let Some(tables) = self.tables.get(ordinal) else { return Interner(&[]) };
        Interner(tables.get_or_init(|| dimensions.iter().map(table).collect()))
    }

    /// The heaviest keys of the family with `ordinal`; `None` if nothing was added.
    pub(crate) fn heaviest(&self, ordinal: usize) -> Option<&Heaviest> {
        self.heaviest.get(ordinal)?.get()
    }

    /// The heaviest keys of the family with `ordinal`, to add to.
    #[inline]
    pub(crate) fn heaviest_or_allocate(&self, ordinal: usize) -> Option<&Heaviest> {
        Some(self.heaviest.get(ordinal)?.get_or_allocate())
    }

    /// Exposes the series of a cell as zero until it is counted.
    pub(crate) fn declare(&self, id: usize) {
        lock(&self.declared).insert(id);
    }

    /// Undoes [`declare`](Self::declare).
    pub(crate) fn withdraw(&self, id: usize) {
        lock(&self.declared).remove(&id);
    }

    /// Whether the series of a cell is exposed as zero.
    pub(crate) fn is_declared(&self, id: usize) -> bool {
        lock(&self.declared).contains(&id)
    }

    /// Sets the creation time to now.
    #[cfg(feature = "testing")]
    pub(crate) fn begin(&self) {
        self.created.get_or_init(SystemTime::now);
    }

    /// Since when the store counts: the `_created` of its series.
    pub(crate) fn created(&self) -> SystemTime {
        self.created.get().copied().unwrap_or_else(|| *super::layout::FIRST_ALLOCATION)
    }

    /// The naming of the metrics of requests. It cannot change after this call.
    #[inline]
    pub(crate) fn settled_naming(&self) -> Naming {
        *self.naming.get_or_init(Naming::default)
    }

    /// Whether the naming is settled, and is goldsignal's own.
    #[inline]
    pub(crate) fn is_naming_default(&self) -> bool {
        matches!(self.naming.get(), Some(Naming::Goldsignal))
    }

    /// The naming of the metrics of requests, which may still change.
    pub(crate) fn naming(&self) -> Naming {
        self.naming.get().copied().unwrap_or_default()
    }

    /// Settles the naming of the metrics of requests.
    ///
    /// # Errors
    /// If another naming is settled already.
    pub(crate) fn settle_naming(&self, wanted: Naming) -> Result<(), LateNaming> {
        let settled = *self.naming.get_or_init(|| wanted);
        if settled == wanted { Ok(()) } else { Err(LateNaming { settled, wanted }) }
    }

    /// The prefix of the built-in families, from now on.
    pub(crate) fn settled_metric_prefix(&self) -> &MetricPrefix {
        self.metric_prefix.get_or_init(MetricPrefix::default)
    }

    /// Settles the prefix of the built-in families.
    ///
    /// # Errors
    /// When another one is settled.
    pub(crate) fn settle_metric_prefix(
        &self,
        wanted: MetricPrefix,
    ) -> Result<(), LateMetricPrefix> {
        let settled = self.metric_prefix.get_or_init(|| wanted.clone());
        if *settled == wanted {
            Ok(())
        } else {
            Err(LateMetricPrefix { settled: settled.clone(), wanted })
        }
    }

    /// Adds a source to the exposition. A source that is attached already is not added again: it would be counted twice.
    pub(crate) fn attach(&self, source: std::sync::Arc<dyn Source>) {
        let mut sources = lock(&self.sources);
        if !sources.iter().any(|attached| std::sync::Arc::ptr_eq(attached, &source)) {
            sources.push(source);
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

fn table(dimension: &Dimension) -> Option<InternTable> {
    match dimension.domain {
        Domain::Finite(_) => None,
        Domain::Budget(budget) => Some(InternTable::new(budget)),
    }
}

thread_local! {
    /// The column of the global store that this thread owns; `None` if it owns none, or has not recorded yet.
    static OWN_COLUMN: Cell<Option<&'static Column>> = const { Cell::new(None) };
}

/// Makes this thread record as one that owns no column.
pub(super) fn forget_own_column() {
    // It has no destructor, so it can be used as long as the thread runs.
    OWN_COLUMN.set(None);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> Box<Store> {
        Box::new(Store::new())
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "these sums are exact")]
    fn a_sum_stays_finite() {
        let store = store();
        let id = super::super::layout::allocate(1).unwrap();
        assert!(store.add_f64(id, -1.5) && store.add_f64(id, 4.0));
        assert_eq!(store.sum_f64(id), 2.5);
        for refused in [f64::NAN, f64::INFINITY] {
            assert!(!store.add_f64(id, refused));
        }
        assert_eq!(store.not_a_number.load(Ordering::Relaxed), 2);
        assert_eq!(store.sum_f64(id), 2.5);
        // Each column is finite, and their sum is not.
        for owned in [None, Some(1)] {
            assert!(store.columns.row(owned, id).update(|_| Some(f64::MAX.to_bits())));
        }
        assert_eq!(store.sum_f64(id), f64::MAX);
    }

    #[test]
    fn a_declared_series_can_be_withdrawn() {
        let store = store();
        assert!(!store.is_declared(7));
        store.declare(7);
        assert!(store.is_declared(7) && !store.is_declared(8));
        store.withdraw(7);
        assert!(!store.is_declared(7));
    }

    #[test]
    fn a_naming_is_settled_once() {
        let store = store();
        let other = Naming::OpenTelemetry { url_scheme: "http" };
        assert_eq!(store.naming(), Naming::Goldsignal);
        assert!(store.settle_naming(other).is_ok() && store.settle_naming(other).is_ok());
        assert!(store.settle_naming(Naming::Goldsignal).is_err());
        assert_eq!((store.naming(), store.settled_naming()), (other, other));
    }

    #[test]
    fn the_creation_time_does_not_change() {
        let store = store();
        let created = store.created();
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert_eq!(store.created(), created);
        #[cfg(feature = "testing")]
        {
            store.begin();
            assert!(store.created() > created);
        }
    }

    #[test]
    fn an_untouched_store_has_no_exemplars() {
        let store = store();
        assert!(store.exemplars(1, 3).is_empty());
    }

    /// Counts when it is destroyed. Sends whether its thread owned a column then, and whether it recorded there.
    struct Last(usize, std::sync::mpsc::Sender<(bool, bool)>);

    impl Drop for Last {
        fn drop(&mut self) {
            GLOBAL.add(self.0, 1);
            let owned = owned_column::get_or_take();
            let _ = self.1.send((owned.is_some(), OWN_COLUMN.get().is_some()));
        }
    }

    thread_local! {
        static MADE_BEFORE: Cell<Option<Last>> = const { Cell::new(None) };
        static MADE_AFTER: Cell<Option<Last>> = const { Cell::new(None) };
    }

    /// A thread-local may be destroyed before or after the column is given back.
    #[test]
    fn a_thread_counts_while_it_ends() {
        let id = super::super::layout::allocate(1).unwrap();
        let (sender, receiver) = std::sync::mpsc::channel();
        let last = Last(id, sender);
        let thread = std::thread::spawn(move || {
            let after = Last(id, last.1.clone());
            MADE_BEFORE.set(Some(last));
            GLOBAL.add(id, 1);
            MADE_AFTER.set(Some(after));
            assert!(OWN_COLUMN.get().is_some(), "it owns a column");
        });
        thread.join().unwrap();
        let destroyed: Vec<_> = receiver.iter().collect();
        assert_eq!(destroyed.len(), 2);
        for (owned, recorded_there) in destroyed {
            assert_eq!(owned, recorded_there, "it records where it may");
        }
        assert_eq!(GLOBAL.sum(id), 3);
    }

    /// A thread owns the same index in every store.
    #[test]
    fn threads_of_a_scope_own_columns_as_well() {
        let store = store();
        let id = super::super::layout::allocate(1).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1000).for_each(|_| store.add(id, 1)));
            }
        });
        assert_eq!((store.sum(id), GLOBAL.sum(id)), (4000, 0));
    }
}
