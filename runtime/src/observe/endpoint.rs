//! Endpoints: a method and a path template, with the cells that count its requests.

use std::sync::{LazyLock, Mutex, OnceLock};

use super::objective;
use super::outcome::Outcome;
use super::site::Latency;
use crate::declare::catalog::{DECLARED, Declared};
use crate::declare::{OTHER, Operation, Slo};
use crate::emit::callsite::Callsites;
use crate::record::intern::InternTable;
use crate::record::layout::{self, Base};
use crate::record::slots::Slots;
use crate::record::store::Store;
use crate::record::sync_lock;

/// The path of everything that no route matched.
pub(crate) const UNMATCHED: &str = "_unmatched";

/// How many endpoints are told apart; further ones are `_OTHER`.
const MAX_ENDPOINTS: usize = 4096;

/// How many pairs of status and outcome of one endpoint are told apart.
const ENDS: usize = 24;

/// A method and a path template.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// The operation that states this route, if one does.
    pub(crate) operation: Option<&'static Operation>,
    base: Base,
    slo: Base,
    latency: OnceLock<Latency>,
    ends: Slots<(u16, Outcome), ENDS>,
    pub(crate) callsites: Callsites,
}

/// The cells of an endpoint: `started`, the ends, the ends by outcome alone for those that did not fit,
/// the sum of the durations in nanoseconds, and the buckets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cells(pub(crate) usize);

impl Cells {
    const ENDS: usize = 1;
    const REST: usize = Self::ENDS + ENDS;
    const SUM: usize = Self::REST + Outcome::ALL.len();
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

impl Endpoint {
    fn new(method: &'static str, path: &'static str) -> Self {
        // axum lets GET answer HEAD where nothing else does.
        let head = || if method == "HEAD" { stated("GET", path) } else { None };
        let operation = stated(method, path).or_else(head);
        Self {
            method,
            path,
            operation,
            base: Base::new(),
            slo: Base::new(),
            latency: OnceLock::new(),
            ends: Slots::new(),
            callsites: Callsites::new(),
        }
    }

    fn slo(&self) -> Option<&'static Slo> {
        self.operation.filter(|operation| !operation.long)?.slo
    }

    pub(crate) fn latency(&self) -> &Latency {
        self.latency.get_or_init(|| {
            let bounds = self.operation.filter(|operation| !operation.long);
            let bounds = bounds
                .map_or(crate::declare::buckets::DURATION_SECONDS, |operation| operation.bounds);
            Latency::of(bounds, self.slo())
        })
    }

    pub(crate) fn cells(&self) -> Option<Cells> {
        self.base.get(|| layout::allocate(Cells::BUCKETS + self.latency().buckets())).map(Cells)
    }

    /// Counts a request that was found to belong here.
    #[inline]
    pub(crate) fn start(&self, store: &Store) {
        if let Some(cells) = self.cells() {
            store.add(cells.started(), 1);
        }
    }

    /// Counts its end; `status` is 0 when nothing was sent.
    pub(crate) fn end(&self, store: &Store, elapsed: u64, status: u16, outcome: Outcome) {
        let Some(cells) = self.cells() else { return };
        let long = self.operation.is_some_and(|operation| operation.long);
        if outcome.has_latency() && !long {
            store.add(cells.bucket(self.latency().bucket(elapsed)), 1);
            store.add(cells.sum(), elapsed);
        }
        // Last: whoever sees the end sees all of it.
        store.add(cells.0 + self.end_cell(status, outcome), 1);
    }

    /// Counts a request of `operation` towards its objective.
    pub(crate) fn count_objective(
        &self,
        store: &Store,
        operation: &'static Operation,
        elapsed: u64,
        outcome: Outcome,
    ) {
        let Some(slo) = operation.slo.filter(|_| !operation.long) else { return };
        let base = if self.belongs_to(operation) {
            self.slo.get(|| objective::base(slo))
        } else {
            objective::base(slo)
        };
        if let Some(base) = base {
            objective::count(store, slo, base, outcome, elapsed);
        }
    }

    /// Whether `operation` is the one that this endpoint was made for. Another application of the process
    /// may have the same route.
    pub(crate) fn belongs_to(&self, operation: &Operation) -> bool {
        self.operation.is_some_and(|own| own.place == operation.place)
    }

    fn end_cell(&self, status: u16, outcome: Outcome) -> usize {
        match self.ends.place((status, outcome)) {
            Some(place) => Cells::ENDS + place,
            None => Cells::REST + outcome as usize,
        }
    }

    /// Makes the series of everything that can be expected stand at zero in `store`: the success status,
    /// the faults' statuses and 500.
    pub(crate) fn mount(&self, store: &Store) {
        let Some(cells) = self.cells() else { return };
        let success = self.operation.and_then(|operation| (operation.success)()).unwrap_or(200);
        let faults = self.operation.map_or(&[][..], |operation| (operation.faults)());
        let faults = faults.iter().filter_map(|fault| fault.status);
        for status in [success, 500].into_iter().chain(faults) {
            store.declare(cells.0 + self.end_cell(status, Outcome::of_status(status)));
        }
        store.declare(cells.started());
    }

    /// Every way in which requests ended so far, as `(status, outcome, cell)`; a status of 1 stands for
    /// all that did not fit.
    pub(crate) fn ends(&self) -> impl Iterator<Item = (u16, Outcome, usize)> + '_ {
        let named = self.ends.keys();
        let rest = Outcome::ALL.into_iter();
        named
            .map(|(place, (status, outcome))| (status, outcome, Cells::ENDS + place))
            .chain(rest.map(|outcome| (1, outcome, Cells::REST + outcome as usize)))
    }
}

/// The operation that states a route.
fn stated(method: &str, path: &str) -> Option<&'static Operation> {
    DECLARED.iter().find_map(|declared| match declared {
        Declared::Operation(operation) => {
            let route = operation.route?;
            (route.method == method && route.path == path).then_some(*operation)
        }
        Declared::Family(_) => None,
    })
}

/// The text of a status as [`Endpoint::ends`] tells it.
pub(crate) fn status_text(status: u16) -> &'static str {
    match status {
        0 => "",
        status => crate::declare::fault::status_text(status),
    }
}

struct Endpoints {
    names: InternTable,
    list: Mutex<Vec<&'static Endpoint>>,
    by_index: Box<[OnceLock<&'static Endpoint>]>,
}

static ENDPOINTS: LazyLock<Endpoints> = LazyLock::new(|| Endpoints {
    names: InternTable::new(MAX_ENDPOINTS),
    list: Mutex::new(Vec::new()),
    by_index: (0..=MAX_ENDPOINTS).map(|_| OnceLock::new()).collect(),
});

/// The endpoint of a known method and a path template; the same one for the same names.
///
/// Endpoints live as long as the process. Templates come from routes, so there are few; should a program
/// make them up while it runs, what exceeds [`MAX_ENDPOINTS`] is one endpoint.
pub(crate) fn intern(method: &'static str, path: &str) -> &'static Endpoint {
    // A stack buffer would save the allocation; adapters of `routes![]` keep the result instead.
    let index = ENDPOINTS.names.intern(&format!("{method} {path}"));
    ENDPOINTS.by_index[index].get_or_init(|| {
        let (method, path): (_, &'static str) = if index == MAX_ENDPOINTS {
            (OTHER, OTHER)
        } else {
            (method, String::leak(path.to_owned()))
        };
        let endpoint: &'static Endpoint = Box::leak(Box::new(Endpoint::new(method, path)));
        sync_lock(&ENDPOINTS.list).push(endpoint);
        endpoint
    })
}

/// Every endpoint that was met, in any registry.
pub(crate) fn all() -> Vec<&'static Endpoint> {
    sync_lock(&ENDPOINTS.list).clone()
}

/// A method's name if it is a registered one (RFC 9110, RFC 5789 and the QUERY draft); `_OTHER` else.
pub(crate) fn method_name(method: &http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        "CONNECT" => "CONNECT",
        "TRACE" => "TRACE",
        "QUERY" => "QUERY",
        _ => OTHER,
    }
}
