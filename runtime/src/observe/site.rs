//! A site: the static of an annotated function, with the cells that count its calls.

use std::sync::{Mutex, OnceLock};

use super::endpoint::Endpoint;
use super::folded;
use super::objective;
use super::outcome::Outcome;
use super::verdict::Verdict;
use crate::declare::{OTHER, Operation};
use crate::record::exemplar::{Exemplar, Origin};
use crate::record::layout::{self, Base};
use crate::record::slots::Slots;
use crate::record::store::Store;
use crate::record::sync_lock;

/// How many named faults of a function are told apart; further ones are `_OTHER`.
const FAULTS: usize = 16;

/// An annotated function: its declaration and the cells that count its calls.
#[derive(Debug)]
pub struct Site {
    pub(crate) operation: Operation,
    counting: OnceLock<&'static Self>,
    base: Base,
    slo: Base,
    latency: OnceLock<Latency>,
    faults: Slots<(Outcome, &'static str), FAULTS>,
    pub(crate) callsites: crate::emit::callsite::Callsites,
    /// The endpoint of its route.
    pub(crate) endpoint: OnceLock<&'static Endpoint>,
}

/// The boundaries of a latency histogram: in seconds as they are exposed, in nanoseconds as they are
/// compared.
#[derive(Clone, Debug)]
pub(crate) struct Latency {
    pub(crate) seconds: Vec<f64>,
    nanoseconds: Vec<u64>,
}

impl Latency {
    /// The boundaries of `operation`, with its objective's threshold among them, so that the fraction
    /// over the threshold can be read off.
    pub(crate) fn of(bounds: &[f64], slo: Option<&crate::declare::Slo>) -> Self {
        let mut seconds = bounds.to_vec();
        seconds.extend(
            slo.and_then(crate::declare::Slo::required_latency)
                .map(|(_, threshold)| threshold.as_secs_f64()),
        );
        seconds.sort_by(f64::total_cmp);
        seconds.dedup();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "bounds are positive and far below 2⁶⁴ ns; a cast saturates"
        )]
        let nanoseconds = seconds.iter().map(|bound| (bound * 1e9).round() as u64).collect();
        Self { seconds, nanoseconds }
    }

    /// The bucket of a duration.
    #[inline]
    pub(crate) fn bucket(&self, nanoseconds: u64) -> usize {
        self.nanoseconds.partition_point(|bound| *bound < nanoseconds)
    }

    /// How many buckets there are, with `+Inf`.
    pub(crate) fn buckets(&self) -> usize {
        self.seconds.len() + 1
    }
}

/// The cells of a site: `started`, the outcomes without a named fault, the named faults, the sum of the
/// durations in nanoseconds, and the buckets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cells(pub(crate) usize);

impl Cells {
    const OUTCOMES: usize = 1;
    const FAULTS: usize = Self::OUTCOMES + Outcome::ALL.len();
    const SUM: usize = Self::FAULTS + FAULTS;
    const BUCKETS: usize = Self::SUM + 1;

    pub(crate) const fn started(self) -> usize {
        self.0
    }

    pub(crate) const fn sum(self) -> usize {
        self.0 + Self::SUM
    }

    pub(crate) const fn bucket(self, bucket: usize) -> usize {
        self.0 + Self::BUCKETS + bucket
    }
}

/// What an observation that ends now, after `elapsed` nanoseconds, is to the bucket that it fell into.
#[cold]
pub(super) fn exemplar(origin: Origin, elapsed: u64) -> Exemplar {
    let value = std::time::Duration::from_nanos(elapsed).as_secs_f64();
    Exemplar { origin, value, time: std::time::SystemTime::now() }
}

/// Sites that counted something, each name and place once.
static SITES: Mutex<Vec<&'static Site>> = Mutex::new(Vec::new());

impl Site {
    /// A site that has counted nothing.
    pub const fn new(operation: Operation) -> Self {
        Self {
            operation,
            counting: OnceLock::new(),
            base: Base::new(),
            slo: Base::new(),
            latency: OnceLock::new(),
            faults: Slots::new(),
            callsites: crate::emit::callsite::Callsites::new(),
            endpoint: OnceLock::new(),
        }
    }

    /// What is declared of it.
    pub const fn operation(&self) -> &Operation {
        &self.operation
    }

    #[inline]
    pub(crate) fn latency(&self) -> &Latency {
        self.latency.get_or_init(|| Latency::of(self.operation.bounds, self.operation.slo))
    }

    #[inline]
    pub(crate) fn cells(&self) -> Option<Cells> {
        self.base.get(|| layout::allocate(Cells::BUCKETS + self.latency().buckets())).map(Cells)
    }

    /// The site that counts for this one: the first that was used under its name. An operation that another
    /// attribute macro expanded a second time is two statics, and two operations of one name (an error at
    /// start) must not become two equal series.
    #[inline]
    fn counting(&'static self) -> &'static Self {
        self.counting.get_or_init(|| {
            let mut sites = sync_lock(&SITES);
            let named = |site: &&&Self| site.operation.name == self.operation.name;
            if let Some(first) = sites.iter().find(named) {
                return first;
            }
            sites.push(self);
            self
        })
    }

    /// Counts the start of a call.
    #[inline]
    pub(crate) fn start(&'static self, store: &Store) {
        if let Some(cells) = self.counting().cells() {
            store.add(cells.started(), 1);
        }
    }

    /// Counts the end of a call. `claimed` says that a request counts it towards the objective.
    #[inline]
    pub(crate) fn end(
        &'static self,
        store: &Store,
        elapsed: u64,
        verdict: Verdict,
        claimed: bool,
        sampled: impl FnOnce() -> Option<Origin>,
    ) {
        let counting = self.counting();
        let Some(cells) = counting.cells() else { return };
        if verdict.outcome.has_latency() {
            let bucket = cells.bucket(counting.latency().bucket(elapsed));
            store.add(bucket, 1);
            if let Some(origin) = sampled() {
                store.keep_exemplar(bucket, &exemplar(origin, elapsed));
            }
            store.add(cells.sum(), elapsed);
        }
        store.add(cells.0 + counting.outcome_cell(store, verdict), 1);
        if let Some(slo) = self.operation.slo.filter(|_| !claimed && !self.operation.long) {
            self.count_objective(store, slo, verdict.outcome, elapsed);
        }
    }

    pub(crate) fn count_objective(
        &self,
        store: &Store,
        slo: &'static crate::declare::Slo,
        outcome: Outcome,
        elapsed: u64,
    ) {
        if let Some(base) = self.slo.get(|| objective::base(slo)) {
            objective::count(store, slo, base, outcome, elapsed);
        }
    }

    fn outcome_cell(&self, store: &Store, verdict: Verdict) -> usize {
        if verdict.error_type.is_empty() || verdict.error_type == OTHER {
            return Cells::OUTCOMES + verdict.outcome as usize;
        }
        if let Some(place) = self.faults.place((verdict.outcome, verdict.error_type)) {
            return Cells::FAULTS + place;
        }
        folded::ERROR_TYPE.count(store);
        Cells::OUTCOMES + verdict.outcome as usize
    }

    /// Every way in which calls ended so far, as `(outcome, error_type, cell)`.
    pub(crate) fn ends(&self) -> impl Iterator<Item = (Outcome, &'static str, usize)> + '_ {
        let fixed = Outcome::ALL.into_iter().map(|outcome| {
            let error_type = match outcome {
                Outcome::ClientError | Outcome::ServerError | Outcome::Error => OTHER,
                _ => "",
            };
            (outcome, error_type, Cells::OUTCOMES + outcome as usize)
        });
        let named = self.faults.keys();
        fixed.chain(
            named
                .map(|(place, (outcome, error_type))| (outcome, error_type, Cells::FAULTS + place)),
        )
    }
}

/// The sites that have counted something in any registry.
pub(crate) fn used() -> Vec<&'static Site> {
    sync_lock(&SITES).clone()
}
