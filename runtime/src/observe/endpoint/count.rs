//! Counts at an endpoint: a request's start, its end, and the life of its endless body.

use std::sync::LazyLock;

use super::cells::{Cells, ENDS, FAST_PATH_KIND, Histogram, Measures, StreamCells, size_bucket};
use super::{Endpoint, adopt};
use crate::declare::Outcome;
use crate::declare::buckets::LONG_SECONDS;
use crate::declare::{Naming, Operation, Slo};
use crate::observe::folded;
use crate::observe::latency::{Latency, exemplar};
use crate::observe::objective;
use crate::observe::verdict::Verdict;
use crate::record::cells::Row;
#[cfg(feature = "telemetry")]
use crate::record::clock::Reading;
use crate::record::exemplar::Origin;
use crate::record::layout;
use crate::record::store::Store;

/// The bucket boundaries of the lives of endless bodies, in seconds.
pub(crate) static STREAMS: LazyLock<Latency> = LazyLock::new(|| Latency::of(LONG_SECONDS, None));

/// The data of a request's end that is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ending {
    /// Nanoseconds.
    pub(crate) elapsed: u64,
    /// 0 if nothing was sent.
    pub(crate) status: u16,
    pub(crate) outcome: Outcome,
    pub(crate) transfer: TransferStats,
    /// Its span, if the trace is sampled.
    pub(crate) sampled: Option<Origin>,
}

/// How much of a request was received and sent before it ended, and when its head was sent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TransferStats {
    /// Nanoseconds to the response's head; `None` if none was sent.
    pub(crate) head: Option<u64>,
    /// Bytes of the request's body; `None` if they were not counted.
    pub(crate) received: Option<u64>,
    /// Bytes of the response's body; `None` if there was no response, or its body continues.
    pub(crate) sent: Option<u64>,
}

impl Endpoint {
    /// The operation that decides on buckets.
    fn chosen(&self) -> Option<&'static Operation> {
        let operation = self.operation().or_else(|| adopt::likely(self.method, self.path));
        operation.filter(|operation| !operation.long)
    }

    fn slo(&self) -> Option<&'static Slo> {
        self.chosen()?.slo
    }

    pub(crate) fn is_long(&self) -> bool {
        self.operation().is_some_and(|operation| operation.long)
    }

    pub(crate) fn latency(&self) -> &Latency {
        self.latency.get_or_init(|| {
            let bounds = self
                .chosen()
                .map_or(crate::declare::buckets::DURATION_SECONDS, |operation| operation.bounds);
            Latency::of(bounds, self.slo())
        })
    }

    pub(crate) fn cells(&self) -> Option<Cells> {
        Some(Cells::at(self.first_cell()?, self.latency().buckets()))
    }

    /// The cell that counts starts.
    #[inline]
    fn first_cell(&self) -> Option<usize> {
        self.base.get_or_allocate(|| Cells::allocate(self.latency().buckets()))
    }

    fn stream_cells(&self) -> Option<StreamCells> {
        let buckets = STREAMS.buckets();
        let base =
            self.streams.get_or_allocate(|| layout::allocate_row(StreamCells::len(buckets)))?;
        Some(StreamCells::at(base, buckets))
    }

    /// The cells of its endless bodies, if it had any.
    pub(crate) fn known_stream_cells(&self) -> Option<StreamCells> {
        Some(StreamCells::at(self.streams.get()?, STREAMS.buckets()))
    }

    /// The measured values of one kind of end, under the naming that separates them.
    fn apart(&self, end_kind: usize) -> Option<Measures> {
        let buckets = self.latency().buckets();
        let base = self.apart[end_kind]
            .get_or_allocate(|| layout::allocate_row(Measures::len(buckets)))?;
        Some(Measures::at(base, buckets))
    }

    /// Like [`apart`](Self::apart), without allocating cells.
    pub(crate) fn known_apart(&self, end_kind: usize) -> Option<Measures> {
        let base = self.apart[end_kind].get()?;
        Some(Measures::at(base, self.latency().buckets()))
    }

    /// Whether a request that ends now took longer than most of its requests of late.
    #[cfg(feature = "telemetry")]
    #[inline]
    pub(crate) fn is_slow(&self, store: &Store, elapsed: u64, now: Reading) -> bool {
        let Some(latency) = self.latency.get().filter(|_| self.route().is_some()) else {
            return false;
        };
        !self.is_long() && self.recent.is_slow(elapsed, now, latency, || self.buckets(store))
    }

    /// The number of requests in each bucket of durations, whatever their ends.
    #[cfg(feature = "telemetry")]
    #[cold]
    fn buckets(&self, store: &Store) -> Vec<u64> {
        let mut counts = vec![0; self.latency().buckets()];
        match (store.naming(), self.cells()) {
            (Naming::Goldsignal, Some(cells)) => {
                cells.measures().duration.counts(store, &mut counts);
            }
            (Naming::OpenTelemetry { .. }, _) => {
                let mut part = counts.clone();
                let kinds = self.ends().filter_map(|(.., end_kind)| self.known_apart(end_kind));
                for measures in kinds {
                    measures.duration.counts(store, &mut part);
                    counts.iter_mut().zip(&part).for_each(|(all, count)| *all += count);
                }
            }
            (Naming::Goldsignal, None) => {}
        }
        counts
    }

    /// Counts the start of a request that was claimed for this endpoint.
    #[inline]
    pub(crate) fn start(&self, store: &Store) {
        if let Some(started) = self.first_cell() {
            store.add(started, 1);
        }
    }

    /// Counts a poll that took longer than it may, outside of observed functions.
    #[cold]
    pub(crate) fn slow_poll(&self, store: &Store) {
        if let Some(cell) = self.slow.get_or_allocate(|| layout::allocate(1)) {
            store.add(cell, 1);
        }
    }

    /// The cell of its slow polls, if it had any.
    pub(crate) fn slow_polls_cell(&self) -> Option<usize> {
        self.slow.get()
    }

    /// Undoes a start: another thread claimed the request first.
    #[cold]
    pub(crate) fn take_back_start(&self, store: &Store) {
        if let Some(started) = self.first_cell() {
            // Cells wrap.
            store.add(started, 1_u64.wrapping_neg());
        }
    }

    /// Counts a request whose endpoint was folded into this one.
    #[inline]
    pub(crate) fn tell_folded(&self, store: &Store) {
        if self.is_rest {
            folded::ENDPOINT.count(store);
        }
    }

    /// Counts an end on the fast path, which is that of most requests: see [`Cells`]. Returns `false`, and counts nothing, if
    /// the end does not qualify. `transfer` is the time of the head and the number of bytes sent; nothing was received, and
    /// the request is not in a sampled trace.
    #[inline]
    pub(crate) fn end_common(
        &self,
        store: &Store,
        verdict: &Verdict,
        elapsed: u64,
        (head, sent): (u64, u64),
    ) -> bool {
        let (Some(started), Some(latency)) = (self.base.get(), self.latency.get()) else {
            return false;
        };
        let Some(status) = verdict.status else { return false };
        let bucket = latency.bucket(elapsed);
        let qualifies = self.ends.has_at(FAST_PATH_KIND, (status, verdict.outcome))
            && verdict.outcome.has_latency()
            && !self.is_long()
            // The head is never later than the end.
            && (bucket == 0 || latency.bucket(head) == bucket)
            && store.is_naming_default();
        let Some(row) = store.own_row(started).filter(|_| qualifies) else { return false };
        row.add(Cells::DURATION_SUM, elapsed);
        row.add(Cells::HEAD_SUM, head);
        row.add(Cells::SENT_SUM, sent);
        row.add(Cells::SENT + size_bucket(sent), 1);
        // The cell that counts the end comes last: a reader that sees the end sees all parts of it.
        row.add_to(Cells::fast_path_of(started, bucket), 1);
        true
    }

    /// Counts its end.
    pub(crate) fn end(&self, store: &Store, ending: &Ending) {
        let Some(cells) = self.cells() else { return };
        let row = store.row(cells.started());
        if !self.end_on_fast_path(store, row, cells, ending) {
            self.end_by_parts(store, row, cells, ending);
        }
    }

    fn end_by_parts(&self, store: &Store, row: Row<'_>, cells: Cells, ending: &Ending) {
        let end_kind = self.end_kind(ending.status, ending.outcome).unwrap_or_else(|rest| {
            folded::STATUS.count(store);
            rest
        });
        match store.settled_naming() {
            Naming::Goldsignal => {
                let timed = ending.outcome.has_latency() && !self.is_long();
                self.measure(store, row, cells.measures(), ending, timed);
            }
            // Under this naming the durations are the only count.
            Naming::OpenTelemetry { .. } => {
                if let Some(measures) = self.apart(end_kind) {
                    self.measure(store, store.row(measures.a_cell()), measures, ending, true);
                }
            }
        }
        if let Some(head) = ending.transfer.head.filter(|_| !self.is_long()) {
            add(row, cells.head(), self.latency().bucket(head), head);
        }
        // The cell that counts the end comes last: a reader that sees the end sees all parts of it.
        row.add_to(cells.end_kind(end_kind), 1);
    }

    /// Like [`end_common`](Self::end_common), for any end, also in a store of a test and of a thread that owns no column.
    fn end_on_fast_path(&self, store: &Store, row: Row<'_>, cells: Cells, ending: &Ending) -> bool {
        let Ending { elapsed, status, outcome, sampled, transfer } = *ending;
        let TransferStats { head: Some(head), received: Some(0), sent: Some(sent) } = transfer
        else {
            return false;
        };
        let bucket = self.latency().bucket(elapsed);
        let qualifies = self.ends.has_at(FAST_PATH_KIND, (status, outcome))
            && outcome.has_latency()
            && sampled.is_none()
            && !self.is_long()
            // The head is never later than the end.
            && (bucket == 0 || self.latency().bucket(head) == bucket)
            && matches!(store.settled_naming(), Naming::Goldsignal);
        if qualifies {
            let Measures { duration, sent: sizes, .. } = cells.measures();
            row.add_to(duration.sum(), elapsed);
            row.add_to(cells.head().sum(), head);
            row.add_to(sizes.sum(), sent);
            row.add_to(sizes.bucket(size_bucket(sent)), 1);
            // The cell that counts the end comes last: a reader that sees the end sees all parts of it.
            row.add_to(cells.fast_path(bucket), 1);
        }
        qualifies
    }

    #[inline]
    fn measure(
        &self,
        store: &Store,
        row: Row<'_>,
        measures: Measures,
        ending: &Ending,
        timed: bool,
    ) {
        let Ending { elapsed, transfer, .. } = *ending;
        if timed {
            let bucket = self.latency().bucket(elapsed);
            add(row, measures.duration, bucket, elapsed);
            record_exemplar(store, measures.duration, bucket, ending);
        }
        if let Some(bytes) = transfer.received {
            add(row, measures.received, size_bucket(bytes), bytes);
        }
        if let Some(bytes) = transfer.sent {
            add(row, measures.sent, size_bucket(bytes), bytes);
        }
    }

    /// Counts the start of an endless body.
    pub(crate) fn start_stream(&self, store: &Store) {
        if let Some(cells) = self.stream_cells() {
            store.add(cells.started(), 1);
        }
    }

    /// Counts the end of an endless body after `elapsed` nanoseconds and `bytes`; its request ended
    /// with `status` and `outcome`.
    pub(crate) fn end_stream(&self, store: &Store, elapsed: u64, bytes: u64, head: (u16, Outcome)) {
        let Some(cells) = self.cells() else { return };
        let measures = match store.settled_naming() {
            Naming::Goldsignal => Some(cells.measures()),
            Naming::OpenTelemetry { .. } => {
                self.apart(self.end_kind(head.0, head.1).unwrap_or_else(|rest| rest))
            }
        };
        if let Some(measures) = measures {
            add(store.row(measures.a_cell()), measures.sent, size_bucket(bytes), bytes);
        }
        if let Some(cells) = self.stream_cells() {
            let row = store.row(cells.started());
            add(row, cells.duration(), STREAMS.bucket(elapsed), elapsed);
        }
    }

    /// Counts a request of `operation` for its objective.
    #[inline(never)]
    pub(crate) fn count_objective(
        &self,
        store: &Store,
        operation: &'static Operation,
        elapsed: u64,
        outcome: Outcome,
    ) {
        let Some(slo) = operation.slo.filter(|_| !operation.long) else { return };
        let base = if self.belongs_to(operation) {
            self.slo.get_or_allocate(|| objective::base(slo))
        } else {
            objective::base(slo)
        };
        if let Some(base) = base {
            objective::count(store, slo, base, outcome, elapsed);
        }
    }

    /// The index of a kind of end; as an error, that of the outcome alone if there are too many
    /// kinds.
    fn end_kind(&self, status: u16, outcome: Outcome) -> Result<usize, usize> {
        self.ends.index_of_or_insert((status, outcome)).ok_or(ENDS + outcome as usize)
    }

    /// Initialises the expected series at zero in `store`: the success status, the faults' statuses
    /// and 500.
    pub(crate) fn mount(&self, store: &Store) {
        let Some(cells) = self.cells() else { return };
        for cell in self.expected(cells) {
            store.declare(cell);
        }
    }

    /// The cells whose series are zero from the start.
    pub(super) fn expected(&self, cells: Cells) -> impl Iterator<Item = usize> + '_ {
        let success = self.operation().and_then(Operation::success).unwrap_or(200);
        let faults = self.operation().map_or(&[][..], Operation::faults);
        let faults = faults.iter().filter_map(|fault| fault.status);
        let end_kinds = [success, 500].into_iter().chain(faults).map(move |status| {
            let end_kind =
                self.end_kind(status, Outcome::of_status(status)).unwrap_or_else(|rest| rest);
            cells.end_kind(end_kind)
        });
        end_kinds.chain([cells.started()])
    }

    /// Every kind of end so far, as `(status, outcome, index)`; the status 1 means all statuses
    /// that did not fit.
    pub(crate) fn ends(&self) -> impl Iterator<Item = (u16, Outcome, usize)> + '_ {
        let named = self.ends.keys();
        let rest = Outcome::ALL.into_iter();
        named
            .map(|(index, (status, outcome))| (status, outcome, index))
            .chain(rest.map(|outcome| (1, outcome, ENDS + outcome as usize)))
    }
}

/// Counts a value in a histogram.
#[inline]
fn add(row: Row<'_>, histogram: Histogram, bucket: usize, value: u64) {
    row.add_to(histogram.bucket(bucket), 1);
    // Most bodies are empty.
    if value > 0 {
        row.add_to(histogram.sum(), value);
    }
}

/// Stores the exemplar of a sampled request in the bucket of its duration.
#[inline]
fn record_exemplar(store: &Store, duration: Histogram, bucket: usize, ending: &Ending) {
    if let Some(origin) = ending.sampled {
        store.record_exemplar(duration.bucket(bucket), &exemplar(origin, ending.elapsed));
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests;
