//! The `static` of an annotated function.

use std::sync::{Mutex, OnceLock};

use super::calls::{Calls, Duration};
use super::endpoint::{self, EndpointClaim};
use super::objective;
use super::rate_limit::RateLimit;
use super::verdict::Verdict;
use crate::declare::Outcome;
use crate::declare::{Level, OTHER, Operation, Route, SourceLocation};
#[cfg(feature = "telemetry")]
use crate::record::clock::Reading;
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
    /// Whether an end counts more than the cells of its calls: for an objective, or as that of a tool.
    counts_more: bool,
    pub(crate) operation: Operation,
    slo: LazyCellRange,
    pub(crate) callsites: crate::log::callsite::Callsites,
    /// Limits the reports of its slow polls.
    pub(crate) slow_polls: RateLimit,
    /// The claims of its requests, by the index of their route.
    claims: OnceLock<Box<[EndpointClaim]>>,
    /// The claim of the only route, once a request was claimed by it.
    only_claim: OnceRef<EndpointClaim>,
}

/// The site of an observed function with a route; implemented for a type in the function.
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
            counts_more: operation.slo.is_some() && !operation.long || operation.tool.is_some(),
            operation,
            slo: LazyCellRange::new(),
            callsites: crate::log::callsite::Callsites::new(),
            slow_polls: RateLimit::new(),
            claims: OnceLock::new(),
            only_claim: OnceRef::new(),
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

    /// Whether it is a tool of a server of the Model Context Protocol: the root of what happens in its calls, although
    /// something encloses them.
    #[inline]
    pub(crate) const fn is_tool(&self) -> bool {
        self.operation.tool.is_some()
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
        if let [only] = &**claims {
            self.only_claim.set(only);
        }
        &claims[route]
    }

    /// The claim of the only route, once a request was claimed by it.
    #[inline]
    pub(crate) fn only_claim(&'static self) -> Option<&'static EndpointClaim> {
        self.only_claim.get()
    }

    /// Counts the start of a call.
    #[inline]
    pub(crate) fn start(&'static self, store: &Store) {
        if let Some(calls) = self.calls() {
            calls.start(store);
        }
    }

    /// Counts the end of a call that ended well and is not in a sampled trace. Returns whether its
    /// last poll took longer than it may. `None`, and counts nothing, if the call also counts for
    /// an objective, or as that of a tool.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the hot part of its only caller")]
    pub(crate) fn end_well(
        &'static self,
        store: &Store,
        duration: impl FnOnce() -> Duration,
    ) -> Option<bool> {
        let calls = self.calls.get().filter(|_| !self.counts_more);
        calls.map(|calls| calls.end_well(store, duration))
    }

    /// Like [`end_well`](Self::end_well), for a request's handler: the request counts for the
    /// objective. `None` if the function has no cells.
    pub(crate) fn end_handler_well(
        &'static self,
        store: &Store,
        duration: impl FnOnce() -> Duration,
    ) -> Option<bool> {
        self.calls.get().map(|calls| calls.end_well(store, duration))
    }

    /// Counts the end of a call. If it is `claimed`, its request counts for the objective.
    pub(crate) fn end(
        &'static self,
        store: &Store,
        duration: Duration,
        verdict: &Verdict,
        claimed: bool,
        sampled: impl FnOnce() -> Option<Origin>,
    ) {
        if let Some(calls) = self.calls() {
            calls.end(store, duration, verdict, sampled);
        }
        if let Some(slo) = self.operation.slo.filter(|_| !self.operation.long && !claimed) {
            self.count_objective(store, slo, verdict.outcome, duration.elapsed);
        }
    }

    /// Whether a call that ends now took longer than most calls of late.
    #[cfg(feature = "telemetry")]
    #[inline]
    pub(crate) fn is_slow(&'static self, store: &Store, elapsed: u64, now: Reading) -> bool {
        let calls = self.calls.get().filter(|_| !self.operation.long);
        calls.is_some_and(|calls| calls.is_slow(store, elapsed, now))
    }

    /// Counts a poll after which a call waits.
    pub(crate) fn poll(&'static self, store: &Store, length: u64) {
        if let Some(calls) = self.calls() {
            calls.poll(store, length);
        }
    }

    /// Counts a poll that took longer than it may.
    #[cold]
    pub(crate) fn slow_poll(&'static self, store: &Store) {
        if let Some(calls) = self.calls() {
            calls.slow_poll(store);
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

/// The calls of tools that do not exist. Their names are the caller's words, so they are one.
pub(crate) static UNKNOWN_TOOL: Site = Site::new(
    Operation::new("mcp::unknown_tool", SourceLocation::new(file!(), line!(), module_path!()))
        .tool(OTHER)
        .fields(&["tool"]),
);

/// The annotated tools of all crates in the binary, each name once, and what counts the calls of others.
pub(crate) fn tools() -> Vec<&'static Site> {
    let mut tools: Vec<&'static Site> = Vec::new();
    for site in sites().iter().filter(|site| site.is_tool()) {
        if !tools.iter().any(|tool| tool.operation.tool == site.operation.tool) {
            tools.push(site);
        }
    }
    if !tools.is_empty() {
        tools.push(&UNKNOWN_TOOL);
    }
    tools
}

/// The tool with this name.
pub(crate) fn tool(name: &str) -> &'static Site {
    sites().iter().find(|site| site.operation.tool == Some(name)).unwrap_or(&UNKNOWN_TOOL)
}

/// The sites that have counted something in any registry.
pub(crate) fn used() -> Vec<&'static Site> {
    sync_lock(&USED).clone()
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::declare::Slo;
    use crate::record::ambient::StoreRef;

    const SLO: Slo = Slo::new("of-a-site", "text").availability(99.9);

    const fn operation(name: &'static str, line: u32) -> Operation {
        Operation::new(name, SourceLocation::new("site.rs", line, "m")).slo(&SLO)
    }

    const INSTANT: Duration = Duration { elapsed: 1, last_poll: 1 };

    fn good(store: &Store) -> u64 {
        let mine = objective::series().into_iter().filter(|(slo, ..)| slo.starts_with("of-a-site"));
        mine.filter(|(_, outcome, _)| *outcome == "good").map(|(.., cell)| store.sum(cell)).sum()
    }

    #[test]
    fn a_call_counts_for_its_objective_unless_its_request_does() {
        static SITE: Site = Site::new(operation("objective", 1));
        static LONG: Site = Site::new(operation("long_objective", 2).long());
        let scope = StoreRef::scoped();
        let store = scope.get();
        SITE.start(store);
        SITE.end(store, INSTANT, &Verdict::OK, false, || None);
        assert_eq!(good(store), 1);
        SITE.end(store, INSTANT, &Verdict::OK, true, || None);
        LONG.end(store, INSTANT, &Verdict::OK, false, || None);
        assert_eq!(good(store), 1);
        assert_eq!(SITE.calls().unwrap().started(store), 1);
        assert!(SITE.end_well(store, || INSTANT).is_none(), "its objective is counted, too");
    }

    #[test]
    fn a_call_that_ends_well_is_counted_once_its_site_was_used() {
        static SITE: Site =
            Site::new(Operation::new("well", SourceLocation::new("site.rs", 3, "m")));
        let scope = StoreRef::scoped();
        let store = scope.get();
        let duration = || Duration { elapsed: 7, last_poll: 5 };
        assert!(SITE.end_well(store, duration).is_none());
        SITE.start(store);
        assert_eq!(SITE.end_well(store, duration), Some(false));
        let calls = SITE.calls().unwrap();
        assert_eq!((calls.duration(store), calls.ends(store).next().unwrap().2), (7, 1));
        assert_eq!((calls.busy(store), calls.slow_polls(store)), (5, 0));
    }

    #[test]
    fn sites_of_one_name_share_their_cells() {
        static ONE: Site =
            Site::new(Operation::new("shared_name", SourceLocation::new("site.rs", 4, "m")));
        static TWO: Site =
            Site::new(Operation::new("shared_name", SourceLocation::new("site.rs", 4, "m")));
        static OTHER: Site =
            Site::new(Operation::new("other_name", SourceLocation::new("site.rs", 5, "m")));
        let calls = |site: &'static Site| std::ptr::from_ref(site.calls().unwrap());
        assert!(std::ptr::eq(calls(&ONE), calls(&TWO)));
        assert!(!std::ptr::eq(calls(&ONE), calls(&OTHER)));
        let named = |name: &str| used().iter().filter(|site| site.operation.name == name).count();
        assert_eq!((named("shared_name"), named("other_name")), (1, 1));
    }

    #[test]
    fn a_claim_is_that_of_its_route() {
        const ROUTES: &[Route] = &[
            Route { method: "GET", path: "/site/one" },
            Route { method: "PUT", path: "/site/two" },
        ];
        static SITE: Site = Site::new(
            Operation::new("claims", SourceLocation::new("site.rs", 6, "m")).routes(ROUTES),
        );
        for (index, route) in ROUTES.iter().enumerate() {
            let claim = SITE.claim(index);
            assert_eq!((claim.endpoint.method, claim.endpoint.path), (route.method, route.path));
            assert_eq!(claim.operation().unwrap().name, "claims");
        }
    }
}
