//! The `static` of an annotated function.

use std::sync::{Mutex, OnceLock};

use super::calls::Calls;
use super::endpoint::{self, EndpointClaim};
use super::objective;
use super::verdict::Verdict;
use crate::declare::Outcome;
use crate::declare::{Level, Operation, Route};
use crate::record::exemplar::Origin;
use crate::record::layout::LazyCellRange;
use crate::record::linked::section;
use crate::record::once_ref::OnceRef;
use crate::record::store::Store;
use crate::record::sync_lock;

/// An annotated function: its declaration and its cells.
#[derive(Debug)]
#[repr(C)] // What every call reads comes first, on one cache line.
pub struct Site {
    /// The cells of its calls.
    calls: OnceRef<Calls>,
    /// The same, once they were looked for; `None` if no cells were left.
    found: OnceLock<Option<&'static Calls>>,
    /// The level of its closing event if it ends well, as in the operation.
    pub(crate) level: Level,
    /// Whether its calls count for an objective, unless the call is claimed.
    has_objective: bool,
    pub(crate) operation: Operation,
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
            calls: OnceRef::new(),
            found: OnceLock::new(),
            level: operation.level,
            has_objective: operation.slo.is_some() && !operation.long,
            operation,
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
        self.calls.get().or_else(|| self.first_calls())
    }

    #[cold]
    #[inline(never)]
    fn first_calls(&'static self) -> Option<&'static Calls> {
        let found = *self.found.get_or_init(|| self.find_calls());
        if let Some(calls) = found {
            self.calls.set(calls);
        }
        found
    }

    fn find_calls(&'static self) -> Option<&'static Calls> {
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

    /// Counts the end of a call that ended well and is not in a sampled trace. Returns `false`,
    /// and counts nothing, if the call also counts for an objective.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the hot part of its only caller")]
    pub(crate) fn end_well(&'static self, store: &Store, elapsed: impl FnOnce() -> u64) -> bool {
        let calls = self.calls.get().filter(|_| !self.has_objective);
        calls.map(|calls| calls.end_well(store, elapsed)).is_some()
    }

    /// Like [`end_well`](Self::end_well), for a request's handler: the request counts for the
    /// objective. Returns `false` if the function has no cells.
    pub(crate) fn end_handler_well(
        &'static self,
        store: &Store,
        elapsed: impl FnOnce() -> u64,
    ) -> bool {
        self.calls.get().map(|calls| calls.end_well(store, elapsed)).is_some()
    }

    /// Counts the end of a call. If it is `claimed`, its request counts for the objective.
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
        if let Some(slo) = self.operation.slo.filter(|_| self.has_objective && !claimed) {
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
