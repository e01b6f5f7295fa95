//! Counts the calls of an operation: the layout of its cells.

use super::folded;
use super::latency::{Latency, exemplar};
#[cfg(feature = "telemetry")]
use super::story::recent::RecentDurations;
use super::verdict::Verdict;
use crate::declare::{Naming, OTHER, Operation, Outcome};
use crate::record::append_only_keys::AppendOnlyKeys;
use crate::record::cells::Row;
#[cfg(feature = "telemetry")]
use crate::record::clock::Reading;
use crate::record::exemplar::{Exemplar, Origin};
use crate::record::layout::{self, LazyCellRange};
use crate::record::store::Store;

/// How many named faults a function distinguishes; further ones are `_OTHER`.
const FAULTS: usize = 16;

/// The cells that count the calls of an operation, in any store.
///
/// The cells form a row: `started`, the sum of the durations in nanoseconds, the nanoseconds in
/// polls, the buckets of good ends, the buckets of bad ends, the other outcomes without a named
/// fault, the named faults, and the slow polls. A good end is counted by its bucket alone, so a call
/// that ends well adds to four neighbouring cells.
#[derive(Debug)]
#[repr(C)] // What every call reads comes first, on one cache line.
pub(crate) struct Calls {
    first: usize,
    pub(crate) latency: Latency,
    /// How long a poll may take, in nanoseconds.
    poll_budget: u64,
    faults: AppendOnlyKeys<(Outcome, &'static str), FAULTS>,
    /// The durations of each kind of end, under the naming that separates those of tools.
    apart: Option<Apart>,
    #[cfg(feature = "telemetry")]
    recent: RecentDurations,
}

/// The first cell of the durations of each kind of end: their sum, then their buckets.
type Apart = Box<[LazyCellRange; END_KINDS]>;

/// How many kinds of ends a function has: good ones, other outcomes without a name, named faults.
const END_KINDS: usize = Outcome::ALL.len() + FAULTS;

const STARTED: usize = 0;
const SUM: usize = 1;
const BUSY: usize = 2;
const BUCKETS: usize = 3;

/// How long a call took, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Duration {
    pub(crate) elapsed: u64,
    /// Of its last poll, which ended with it. The earlier ones are counted where they end.
    pub(crate) last_poll: u64,
}

impl Calls {
    /// `None` if no cells are left.
    pub(super) fn of(operation: &Operation) -> Option<Self> {
        let latency = Latency::of(operation.bounds, operation.slo);
        let first = layout::allocate_row(Self::len(latency.buckets()))?;
        let poll_budget = operation.poll_budget_nanoseconds();
        let faults = AppendOnlyKeys::new();
        let apart = operation.tool.map(|_| Box::new([const { LazyCellRange::new() }; END_KINDS]));
        #[cfg(feature = "telemetry")]
        let recent = RecentDurations::new();
        Some(Self {
            first,
            latency,
            poll_budget,
            faults,
            apart,
            #[cfg(feature = "telemetry")]
            recent,
        })
    }

    /// How many cells a function needs if durations have `buckets`.
    const fn len(buckets: usize) -> usize {
        BUCKETS + 2 * buckets + Outcome::ALL.len() - 1 + FAULTS + 1
    }

    /// Counts the start of a call.
    #[inline]
    pub(super) fn start(&self, store: &Store) {
        store.add(self.first + STARTED, 1);
    }

    /// Counts the end of a call.
    #[inline]
    pub(super) fn end(
        &self,
        store: &Store,
        Duration { elapsed, last_poll }: Duration,
        verdict: &Verdict,
        sampled: impl FnOnce() -> Option<Origin>,
    ) {
        let row = store.row(self.first);
        let bucket = self.latency.bucket(elapsed);
        row.add(BUSY, last_poll);
        if verdict.outcome.has_latency() {
            row.add(SUM, elapsed);
            if let Some(origin) = sampled() {
                store.record_exemplar(self.good(bucket), &exemplar(origin, elapsed));
            }
        }
        if self.apart.is_some() {
            self.end_apart(store, elapsed, bucket, verdict);
        }
        // The cell that counts the end comes last: a reader that sees the end sees all parts of it.
        match verdict.outcome {
            Outcome::Ok => row.add(BUCKETS + bucket, 1),
            _ => self.end_badly(store, row, bucket, verdict),
        }
    }

    /// Counts an end among those of its kind, under the naming that separates them.
    #[cold]
    fn end_apart(&self, store: &Store, elapsed: u64, bucket: usize, verdict: &Verdict) {
        let (Some(apart), Naming::OpenTelemetry { .. }) = (&self.apart, store.settled_naming())
        else {
            return;
        };
        let allocate = || layout::allocate_row(1 + self.latency.buckets());
        if let Some(sum) = apart[self.end_kind(verdict)].get_or_allocate(allocate) {
            store.add(sum, elapsed);
            store.add(sum + 1 + bucket, 1);
        }
    }

    /// The index of the kind of an end.
    fn end_kind(&self, verdict: &Verdict) -> usize {
        match verdict.outcome {
            Outcome::Ok => 0,
            _ => 1 + self.outcome(verdict).unwrap_or_else(|unnamed| unnamed) - self.outcomes(),
        }
    }

    /// Counts the end of a call that ended well, and is not in a sampled trace. Returns whether its last poll took longer
    /// than it may.
    #[inline]
    pub(super) fn end_well(&self, store: &Store, duration: impl FnOnce() -> Duration) -> bool {
        // The clock is read after the row was found: then finding the row saves no registers.
        let Some(row) = store.own_row(self.first) else {
            return self.end_well_elsewhere(store, duration());
        };
        self.add_good(row, duration())
    }

    #[cold]
    #[inline(never)]
    fn end_well_elsewhere(&self, store: &Store, duration: Duration) -> bool {
        self.add_good(store.row(self.first), duration)
    }

    #[inline]
    fn add_good(&self, row: Row<'_>, Duration { elapsed, last_poll }: Duration) -> bool {
        row.add(SUM, elapsed);
        row.add(BUSY, last_poll);
        // Last, as in `end`.
        row.add(BUCKETS + self.latency.bucket(elapsed), 1);
        last_poll > self.poll_budget
    }

    /// Counts a poll after which the call waits.
    pub(super) fn poll(&self, store: &Store, length: u64) {
        store.add(self.first + BUSY, length);
    }

    /// Counts a poll that took longer than it may.
    #[cold]
    pub(super) fn slow_poll(&self, store: &Store) {
        store.add(self.slow_polls_cell(), 1);
    }

    #[cold]
    fn end_badly(&self, store: &Store, row: Row<'_>, bucket: usize, verdict: &Verdict) {
        if verdict.outcome.has_latency() {
            row.add(BUCKETS + self.latency.buckets() + bucket, 1);
        }
        let cell = self.outcome(verdict).unwrap_or_else(|unnamed| {
            folded::ERROR_TYPE.count(store);
            unnamed
        });
        row.add(cell, 1);
    }

    /// The cell of a bad end in the row. `Err` has that of the outcome, if no more faults can be named.
    fn outcome(&self, verdict: &Verdict) -> Result<usize, usize> {
        let unnamed = self.outcomes() + verdict.outcome as usize - 1;
        if verdict.error_type.is_empty() || verdict.error_type == OTHER {
            return Ok(unnamed);
        }
        let named = self.faults.index_of_or_insert((verdict.outcome, verdict.error_type));
        named.map_or(Err(unnamed), |index| Ok(self.named_faults() + index))
    }

    /// The first cell of the outcomes without a named fault; a good end has no cell there.
    fn outcomes(&self) -> usize {
        BUCKETS + 2 * self.latency.buckets()
    }

    fn named_faults(&self) -> usize {
        self.outcomes() + Outcome::ALL.len() - 1
    }

    /// The cell of a bucket of good ends.
    const fn good(&self, bucket: usize) -> usize {
        self.first + BUCKETS + bucket
    }

    fn slow_polls_cell(&self) -> usize {
        self.first + Self::len(self.latency.buckets()) - 1
    }

    /// Nanoseconds in polls.
    pub(super) fn busy(&self, store: &Store) -> u64 {
        self.sum_of(store, BUSY)
    }

    /// How many polls took longer than they may.
    pub(super) fn slow_polls(&self, store: &Store) -> u64 {
        store.sum(self.slow_polls_cell())
    }

    fn sum_of(&self, store: &Store, index: usize) -> u64 {
        store.sum(self.first + index)
    }

    /// How many calls were started.
    pub(super) fn started(&self, store: &Store) -> u64 {
        self.sum_of(store, STARTED)
    }

    /// Every kind of end so far, as `(outcome, error_type, count)`.
    pub(super) fn ends(&self, store: &Store) -> impl Iterator<Item = (Outcome, &'static str, u64)> {
        let good = (0..self.latency.buckets()).map(|bucket| store.sum(self.good(bucket)));
        let good = (Outcome::Ok, "", good.sum());
        let unnamed = Outcome::ALL[1..].iter().enumerate().map(|(index, outcome)| {
            let error_type = match outcome {
                Outcome::ClientError | Outcome::ServerError | Outcome::Error => OTHER,
                _ => "",
            };
            (*outcome, error_type, self.outcomes() + index)
        });
        let named = self.faults.keys().map(|(index, (outcome, error_type))| {
            (outcome, error_type, self.named_faults() + index)
        });
        let bad = unnamed.chain(named).map(move |(outcome, error_type, index)| {
            (outcome, error_type, self.sum_of(store, index))
        });
        std::iter::once(good).chain(bad)
    }

    /// The number of calls in each bucket, whatever their outcome.
    pub(super) fn buckets(&self, store: &Store) -> Vec<u64> {
        let buckets = self.latency.buckets();
        let mut counts = vec![0; 2 * buckets];
        store.sums(self.good(0), &mut counts);
        let (good, bad) = counts.split_at(buckets);
        good.iter().zip(bad).map(|(good, bad)| good + bad).collect()
    }

    /// Whether a call that ends now took longer than most calls of late.
    #[cfg(feature = "telemetry")]
    #[inline]
    pub(crate) fn is_slow(&self, store: &Store, elapsed: u64, now: Reading) -> bool {
        self.recent.is_slow(elapsed, now, &self.latency, || self.buckets(store))
    }

    /// Every kind of end so far with the sum of its durations in nanoseconds, and the number in each bucket, under the naming
    /// that separates them.
    pub(super) fn durations_apart(
        &self,
        store: &Store,
    ) -> impl Iterator<Item = (Outcome, &'static str, u64, Vec<u64>)> {
        let kinds = self.ends(store).enumerate();
        kinds.filter_map(move |(kind, (outcome, error_type, _))| {
            let sum = self.apart.as_ref()?[kind].get()?;
            let mut counts = vec![0; self.latency.buckets()];
            store.sums(sum + 1, &mut counts);
            Some((outcome, error_type, store.sum(sum), counts))
        })
    }

    /// The sum of their durations in nanoseconds.
    pub(super) fn duration(&self, store: &Store) -> u64 {
        self.sum_of(store, SUM)
    }

    /// The exemplar of each bucket; empty if no sampled call was counted.
    pub(super) fn exemplars(&self, store: &Store) -> Vec<Option<Exemplar>> {
        store.exemplars(self.good(0), self.latency.buckets())
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::record::ambient::StoreRef;

    fn calls() -> Calls {
        let location = crate::declare::SourceLocation::new("f", 1, "m");
        Calls::of(&Operation::new("counted", location)).unwrap()
    }

    const INSTANT: Duration = Duration { elapsed: 1, last_poll: 1 };

    fn bad(outcome: Outcome, error_type: &'static str) -> Verdict {
        Verdict { outcome, error_type, ..Verdict::OK }
    }

    #[test]
    fn every_end_counts_once_and_those_with_a_latency_in_its_bucket() {
        let (calls, store) = (calls(), StoreRef::global());
        let store = store.get();
        let ends = [
            (Verdict::OK, 1),
            (Verdict::OK, 7_000_000),
            (bad(Outcome::ServerError, "down"), 7_000_000),
            (bad(Outcome::Error, OTHER), u64::MAX / 2),
            (bad(Outcome::Cancelled, ""), 1),
        ];
        for (verdict, elapsed) in ends {
            calls.start(store);
            calls.end(store, Duration { elapsed, last_poll: 1 }, &verdict, || None);
        }
        let counted: Vec<_> = calls.ends(store).filter(|(.., count)| *count > 0).collect();
        let expected = [
            (Outcome::Ok, "", 2),
            (Outcome::Error, OTHER, 1),
            (Outcome::Cancelled, "", 1),
            (Outcome::ServerError, "down", 1),
        ];
        assert_eq!(counted, expected);
        assert_eq!(calls.started(store), 5);
        let buckets = calls.buckets(store);
        assert_eq!((buckets[0], buckets[1], buckets[buckets.len() - 1]), (1, 2, 1));
        assert_eq!(buckets.iter().sum::<u64>(), 4);
        assert_eq!(calls.duration(store), 14_000_001 + u64::MAX / 2);
    }

    #[test]
    fn no_two_numbers_of_a_function_share_a_cell() {
        let (calls, store) = (calls(), StoreRef::scoped());
        let store = store.get();
        let buckets = calls.latency.buckets();
        assert_eq!(calls.outcomes(), BUCKETS + 2 * buckets);
        assert_eq!(calls.named_faults(), calls.outcomes() + Outcome::ALL.len() - 1);
        assert_eq!(calls.first + calls.named_faults() + FAULTS, calls.slow_polls_cell());
        assert_eq!(calls.slow_polls_cell() + 1, calls.first + Calls::len(buckets));
        for outcome in &Outcome::ALL[1..] {
            calls.end(store, INSTANT, &bad(*outcome, ""), || None);
        }
        let unnamed: Vec<_> = (calls.outcomes()..calls.named_faults())
            .map(|index| calls.sum_of(store, index))
            .collect();
        assert_eq!(unnamed, [1; Outcome::ALL.len() - 1]);
    }

    #[test]
    fn faults_beyond_the_limit_have_no_name() {
        let (calls, store) = (calls(), StoreRef::scoped());
        let store = store.get();
        let folded = || {
            let all = folded::folded(store, &crate::declare::MetricPrefix::NONE);
            let of_faults = |one: &crate::record::visit::Folded| one.label == "error_type";
            all.filter(of_faults).map(|one| one.count).sum::<u64>()
        };
        let names: Vec<&'static str> =
            (0..FAULTS + 3).map(|number| &*format!("fault_{number}").leak()).collect();
        for _ in 0..2 {
            for name in &names {
                calls.end(store, INSTANT, &bad(Outcome::Error, name), || None);
            }
        }
        let count = |wanted: &str| {
            let mut ends = calls.ends(store).filter(|(outcome, ..)| *outcome == Outcome::Error);
            ends.find(|(_, name, _)| *name == wanted).map(|(.., count)| count)
        };
        assert_eq!(count("fault_0"), Some(2));
        assert_eq!(count(names[FAULTS - 1]), Some(2));
        assert_eq!(count(names[FAULTS]), None);
        assert_eq!((count(OTHER), folded()), (Some(6), 6));
    }
}
