//! The `static` of an annotated function.

use std::sync::{Mutex, OnceLock};

use super::calls::Calls;
use super::endpoint::{self, EndpointClaim};
use super::objective;
use super::verdict::Verdict;
use crate::declare::Outcome;
use crate::declare::{Operation, Route};
use crate::record::exemplar::{Exemplar, Origin};
use crate::record::layout::LazyCellRange;
use crate::record::linked::section;
use crate::record::store::Store;
use crate::record::sync_lock;

/// An annotated function: its declaration and its cells.
#[derive(Debug)]
pub struct Site {
    pub(crate) operation: Operation,
    /// The cells of its calls; `None` if no cells are left.
    calls: OnceLock<Option<&'static Calls>>,
    slo: LazyCellRange,
    pub(crate) callsites: crate::log::callsite::Callsites,
    /// The claims of its requests, by the index of their route.
    claims: OnceLock<Box<[EndpointClaim]>>,
}

/// The site of an observed function with a route; implemented for a type with the function's name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no route to be mounted under",
    note = "state one: `#[observed(get = \"/path\")]`"
)]
pub trait Routed {
    /// The site.
    fn site() -> &'static Site;
}

/// The bucket boundaries of a latency histogram: in seconds for the exposition, in nanoseconds for
/// comparison.
#[derive(Clone, Debug)]
pub(crate) struct Latency {
    pub(crate) seconds: Vec<f64>,
    nanoseconds: Vec<u64>,
}

impl Latency {
    /// The boundaries of `operation`, with its objective's threshold among them, so that the
    /// exposition shows the exact share above it.
    pub(crate) fn of(bounds: &[f64], slo: Option<&crate::declare::Slo>) -> Self {
        let mut seconds = bounds.to_vec();
        if let Some((_, threshold)) = slo.and_then(crate::declare::Slo::required_latency) {
            let threshold = threshold.as_secs_f64();
            if let Err(place) = seconds.binary_search_by(|bound| bound.total_cmp(&threshold)) {
                seconds.insert(place, threshold);
            }
        }
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
        match self.nanoseconds.first() {
            // Most calls are fast, and the search would be a large part of counting them.
            Some(first) if nanoseconds <= *first => 0,
            _ => self.nanoseconds.partition_point(|bound| *bound < nanoseconds),
        }
    }

    /// The number of buckets, with `+Inf`.
    pub(crate) fn buckets(&self) -> usize {
        self.seconds.len() + 1
    }
}

/// The exemplar of an observation that ends now, after `elapsed` nanoseconds.
#[cold]
pub(super) fn exemplar(origin: Origin, elapsed: u64) -> Exemplar {
    let value = std::time::Duration::from_nanos(elapsed).as_secs_f64();
    Exemplar { origin, value, time: std::time::SystemTime::now() }
}

section! {
    "sites",
    /// The annotated functions of all crates in the binary.
    pub(super) fn sites() -> &'static [Site]
}

/// Sites that counted something, each name and source location once.
static USED: Mutex<Vec<&'static Site>> = Mutex::new(Vec::new());

impl Site {
    /// A site that has counted nothing.
    pub const fn new(operation: Operation) -> Self {
        Self {
            operation,
            calls: OnceLock::new(),
            slo: LazyCellRange::new(),
            callsites: crate::log::callsite::Callsites::new(),
            claims: OnceLock::new(),
        }
    }

    /// Its declaration.
    pub const fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The cells of its calls: those of the first used site with its name. An operation that
    /// another attribute macro expanded again is two statics, and two operations of the same name
    /// (an error at start) must not become two equal series.
    #[inline]
    pub(crate) fn calls(&'static self) -> Option<&'static Calls> {
        *self.calls.get_or_init(|| self.first_calls())
    }

    #[cold]
    fn first_calls(&'static self) -> Option<&'static Calls> {
        let first = {
            let mut sites = sync_lock(&USED);
            let named = |site: &&&Self| site.operation.name == self.operation.name;
            let first = sites.iter().find(named).copied();
            if first.is_none() {
                sites.push(self);
            }
            first
        };
        match first {
            // It lives as long as the process, like the site.
            None => Calls::of(&self.operation).map(|calls| &*Box::leak(Box::new(calls))),
            Some(first) => first.calls(),
        }
    }

    /// The claim of a request by the route with this index.
    pub(crate) fn claim(&'static self, route: usize) -> &'static EndpointClaim {
        let claims = self.claims.get_or_init(|| {
            let routes = self.operation.routes.iter();
            let claim = |route: &Route| {
                EndpointClaim::new(endpoint::intern(route.method, route.path), &self.operation)
            };
            routes.map(claim).collect()
        });
        &claims[route]
    }

    /// Counts the start of a call.
    #[inline]
    pub(crate) fn start(&'static self, store: &Store) {
        if let Some(calls) = self.calls() {
            calls.start(store);
        }
    }

    /// Counts the end of a call. If it is `claimed`, its request counts for the objective.
    #[inline]
    pub(crate) fn end(
        &'static self,
        store: &Store,
        elapsed: u64,
        verdict: &Verdict,
        claimed: bool,
        sampled: impl FnOnce() -> Option<Origin>,
    ) {
        if let Some(calls) = self.calls() {
            calls.end(store, elapsed, verdict, sampled);
        }
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
        if let Some(base) = self.slo.get_or_allocate(|| objective::base(slo)) {
            objective::count(store, slo, base, outcome, elapsed);
        }
    }
}

/// The sites that have counted something in any registry.
pub(crate) fn used() -> Vec<&'static Site> {
    sync_lock(&USED).clone()
}
