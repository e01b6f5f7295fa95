//! How an endpoint finds the operation whose handler answers there.
//!
//! One whose path an operation states has it from the start. Another may be a route of a router that is nested: only
//! when the handler is there is it known which operation that is, as any route may end like another one.

use super::{ENDPOINTS, Endpoint};
use crate::declare::Operation;
use crate::observe::mount;
use crate::record::store::Store;
use crate::record::sync_lock;

/// The operation that states a route.
pub(super) fn stated(method: &str, path: &str) -> Option<&'static Operation> {
    // axum lets GET answer HEAD where nothing else does.
    let head = if method == "HEAD" { "GET" } else { method };
    let of = |method: &str| {
        mount::operations().find(|operation| {
            operation.routes.iter().any(|route| route.method == method && route.path == path)
        })
    };
    of(method).or_else(|| of(head)).or_else(|| of(crate::declare::Route::ANY))
}

/// The operation that may be nested at a path: that whose own path is the longest end of it. Good for what has to
/// be chosen before it is known, such as buckets.
#[cold]
pub(super) fn likely(method: &str, path: &str) -> Option<&'static Operation> {
    let nested = mount::operations().flat_map(|operation| {
        let routes = operation.routes.iter().filter(|route| route.takes(method));
        let routes = routes.filter(|route| route.is_within(path));
        routes.map(move |route| (route.path.len(), operation))
    });
    nested.max_by_key(|(length, _)| *length).map(|(_, operation)| operation)
}

impl Endpoint {
    /// Takes `operation` as that of its handler, unless it has one. Whether it has this one then.
    #[cold]
    pub(crate) fn adopt(&self, operation: &'static Operation, store: &Store) -> bool {
        if self.is_rest {
            return false;
        }
        if self.operation.set(operation) {
            self.mount(store);
            withdraw(operation, store);
            if is_first_of(self, operation) {
                say(self, operation);
            }
        }
        self.belongs_to(operation)
    }

    /// Lets go of the series that were made to stand at zero, where there never was a request.
    fn withdraw(&self, store: &Store) {
        let Some(cells) = self.cells().filter(|cells| store.sum(cells.started()) == 0) else {
            return;
        };
        for cell in self.expected(cells) {
            store.withdraw(cell);
        }
    }
}

/// Whether no other method of the path has `operation`.
fn is_first_of(endpoint: &Endpoint, operation: &Operation) -> bool {
    !sync_lock(&ENDPOINTS.list).iter().any(|other| {
        other.path == endpoint.path
            && !std::ptr::eq(*other, endpoint)
            && other.belongs_to(operation)
    })
}

/// The series of the paths that `operation` states, and is not mounted at.
fn withdraw(operation: &Operation, store: &Store) {
    let stated = super::all().into_iter().filter(|endpoint| {
        endpoint.belongs_to(operation)
            && operation.routes.iter().any(|route| route.path == endpoint.path)
    });
    stated.for_each(|endpoint| endpoint.withdraw(store));
}

/// Says that what is generated names another path.
fn say(endpoint: &Endpoint, operation: &'static Operation) {
    let stated: Vec<_> = operation.routes.iter().map(|route| route.path).collect();
    tracing::warn!(
        target: "goldsignal",
        mounted = endpoint.path,
        stated = stated.join(", "),
        handler = operation.name,
        "a handler is mounted at another path than it states, which rules, runbooks and dashboards do not know; \
         mount it with `routes![under = \"/prefix\"; ..]`, or state the whole path"
    );
}
