//! Endpoints: a method and a path template, with the cells that count its requests.

mod adopt;
mod cells;
mod count;
mod recent;

use std::sync::{LazyLock, Mutex, OnceLock};

pub(crate) use cells::{Histogram, Measures};
pub(crate) use count::{Ending, STREAMS, TransferStats};
pub(crate) use recent::known;

use cells::{ENDS, MAX_END_KINDS};

use super::latency::Latency;
use super::rate_limit::RateLimit;
#[cfg(feature = "telemetry")]
use super::story::recent::RecentDurations;
use crate::declare::Outcome;
use crate::declare::{OTHER, Operation};
use crate::log::callsite::Callsites;
use crate::record::append_only_keys::AppendOnlyKeys;
use crate::record::intern::InternTable;
use crate::record::layout::LazyCellRange;
use crate::record::once_ref::OnceRef;
use crate::record::sync_lock;

/// The path of all requests that no route matched.
pub(crate) const UNMATCHED: &str = "_unmatched";

/// The most endpoints; further ones are `_OTHER`.
const MAX_ENDPOINTS: usize = 4096;

/// A method and a path template.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// The operation of the handler, if it is known.
    operation: OnceRef<Operation>,
    /// Whether it represents the endpoints beyond the limit.
    is_rest: bool,
    base: LazyCellRange,
    /// The measured values of each kind of end, under the naming that separates them.
    apart: [LazyCellRange; MAX_END_KINDS],
    streams: LazyCellRange,
    slo: LazyCellRange,
    latency: OnceLock<Latency>,
    ends: AppendOnlyKeys<(u16, Outcome), ENDS>,
    claim: OnceLock<EndpointClaim>,
    /// The cell of its slow polls.
    slow: LazyCellRange,
    /// Limits the reports of its slow polls.
    pub(crate) slow_polls: RateLimit,
    pub(crate) callsites: Callsites,
    #[cfg(feature = "telemetry")]
    pub(crate) recent: RecentDurations,
}

/// The endpoint that a request is claimed for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EndpointClaim {
    pub(crate) endpoint: &'static Endpoint,
    /// The handler's operation, if it is known independently of the endpoint.
    operation: Option<&'static Operation>,
}

impl EndpointClaim {
    pub(crate) const fn new(endpoint: &'static Endpoint, operation: &'static Operation) -> Self {
        Self { endpoint, operation: Some(operation) }
    }

    /// Whether it is that of this operation's handler, independently of the endpoint.
    #[inline]
    pub(crate) fn is_of(&self, operation: &'static Operation) -> bool {
        self.operation.is_some_and(|own| std::ptr::eq(own, operation))
    }

    /// The handler's operation.
    #[inline]
    pub(crate) fn operation(&self) -> Option<&'static Operation> {
        self.operation.or_else(|| self.endpoint.operation())
    }
}

impl Endpoint {
    fn new(method: &'static str, path: &'static str, is_rest: bool) -> Self {
        let operation = OnceRef::new();
        if let Some(stated) = adopt::stated(method, path) {
            operation.set(stated);
        }
        Self {
            method,
            path,
            operation,
            is_rest,
            base: LazyCellRange::new(),
            apart: [const { LazyCellRange::new() }; MAX_END_KINDS],
            streams: LazyCellRange::new(),
            slo: LazyCellRange::new(),
            latency: OnceLock::new(),
            ends: AppendOnlyKeys::new(),
            claim: OnceLock::new(),
            slow: LazyCellRange::new(),
            slow_polls: RateLimit::new(),
            callsites: Callsites::new(),
            #[cfg(feature = "telemetry")]
            recent: RecentDurations::new(),
        }
    }

    /// The claim of a request that axum matched to this route.
    pub(crate) fn claim(&'static self) -> &'static EndpointClaim {
        self.claim.get_or_init(|| EndpointClaim { endpoint: self, operation: None })
    }

    /// The operation of its handler, as far as it is known.
    #[inline]
    pub(crate) fn operation(&self) -> Option<&'static Operation> {
        self.operation.get()
    }

    /// Whether `operation` is this endpoint's. Another application in the process may have the same
    /// route.
    pub(crate) fn belongs_to(&self, operation: &Operation) -> bool {
        self.operation().is_some_and(|own| own.is(operation))
    }

    /// The route's template; `None` if no route matched.
    pub(crate) fn route(&self) -> Option<&'static str> {
        Some(self.path).filter(|path| *path != UNMATCHED)
    }
}

/// The text of a status of [`Endpoint::ends`].
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

/// The endpoint of a method and a path template; the same one for equal names.
///
/// Endpoints live as long as the process. Templates come from routes, so there are few. If a
/// program generates them at run time, those beyond [`MAX_ENDPOINTS`] share one endpoint.
pub(crate) fn intern(method: &'static str, path: &str) -> &'static Endpoint {
    let index = ENDPOINTS.names.intern(&format!("{method} {path}"));
    ENDPOINTS.by_index[index].get_or_init(|| {
        let is_rest = index == MAX_ENDPOINTS;
        let (method, path): (_, &'static str) =
            if is_rest { (OTHER, OTHER) } else { (method, String::leak(path.to_owned())) };
        let endpoint: &'static Endpoint = Box::leak(Box::new(Endpoint::new(method, path, is_rest)));
        sync_lock(&ENDPOINTS.list).push(endpoint);
        endpoint
    })
}

/// All endpoints, of any registry.
pub(crate) fn all() -> Vec<&'static Endpoint> {
    sync_lock(&ENDPOINTS.list).clone()
}

/// A method's name if it is registered (RFC 9110, RFC 5789 and the QUERY draft), else `_OTHER`.
#[cfg(feature = "http")]
pub(crate) fn method_name(method: &http::Method) -> &'static str {
    use http::Method;
    // Most requests are of this method.
    if *method == Method::GET {
        return "GET";
    }
    match *method {
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::CONNECT => "CONNECT",
        Method::TRACE => "TRACE",
        ref other if other.as_str() == "QUERY" => "QUERY",
        _ => OTHER,
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::declare::{Route, SourceLocation};
    use crate::record::ambient::StoreRef;

    #[cfg(feature = "http")]
    #[test]
    fn only_registered_methods_have_their_name() {
        let registered = [
            "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE", "QUERY",
        ];
        for name in registered {
            assert_eq!(method_name(&name.parse().unwrap()), name);
        }
        for name in ["get", "PROPFIND", "PURGE"] {
            assert_eq!(method_name(&name.parse().unwrap()), OTHER);
        }
    }

    #[test]
    fn an_endpoint_without_a_route_has_no_template() {
        assert_eq!(intern("GET", "/endpoint").route(), Some("/endpoint"));
        assert_eq!(intern("GET", UNMATCHED).route(), None);
        assert_eq!([0, 204, 404].map(status_text), ["", "204", "404"]);
    }

    #[test]
    fn a_claim_may_know_another_operation_than_the_endpoint() {
        static OWN: Operation = Operation::new("own", SourceLocation::new("own.rs", 1, "m"));
        static OTHER: Operation = Operation::new("other", SourceLocation::new("other.rs", 2, "m"));
        let store = StoreRef::scoped();
        let endpoint = intern("GET", "/claim/operation");
        assert!(endpoint.claim().operation().is_none() && !endpoint.belongs_to(&OWN));
        assert!(endpoint.adopt(&OWN, store.get()));
        assert!(!endpoint.adopt(&OTHER, store.get()), "another application's");
        assert!(endpoint.belongs_to(&OWN) && !endpoint.belongs_to(&OTHER));
        let name = |claim: &EndpointClaim| claim.operation().unwrap().name;
        assert_eq!(name(endpoint.claim()), "own");
        assert_eq!(name(&EndpointClaim::new(endpoint, &OTHER)), "other");
    }

    #[test]
    fn series_without_requests_are_withdrawn_where_an_operation_is_not_mounted() {
        const fn operation(name: &'static str, line: u32, routes: &'static [Route]) -> Operation {
            Operation::new(name, SourceLocation::new("withdrawn.rs", line, "m")).routes(routes)
        }
        static ONE: Operation =
            operation("one", 1, &[Route { method: "GET", path: "/withdrawn/one" }]);
        static TWO: Operation =
            operation("two", 2, &[Route { method: "GET", path: "/withdrawn/two" }]);
        let scope = StoreRef::scoped();
        let store = scope.get();
        let [one, two, nested] = ["/withdrawn/one", "/withdrawn/two", "/v1/withdrawn/one"]
            .map(|path| intern("GET", path));
        let is_declared = |endpoint: &Endpoint| {
            let cells = endpoint.cells().unwrap();
            let expected: Vec<_> = endpoint.expected(cells).collect();
            assert!(expected.len() > 2);
            expected.iter().all(|cell| store.is_declared(*cell))
        };
        for (endpoint, operation) in [(one, &ONE), (two, &TWO)] {
            assert!(endpoint.operation.set(operation));
            endpoint.mount(store);
        }
        assert!(is_declared(one) && is_declared(two) && !is_declared(nested));
        assert!(nested.adopt(&ONE, store));
        assert!(!is_declared(one) && is_declared(two) && is_declared(nested));

        // Its requests stay visible once there were any.
        two.start(store);
        assert!(intern("GET", "/v1/withdrawn/two").adopt(&TWO, store));
        assert!(is_declared(two));
    }
}
