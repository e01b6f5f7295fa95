//! How an endpoint finds the operation whose handler answers there.
//!
//! An endpoint whose path an operation states has that operation from the start. Any other endpoint
//! may belong to a nested router. Then only the running handler shows the operation, because any
//! route may end like another one.

use super::{ENDPOINTS, Endpoint};
use crate::declare::Operation;
use crate::observe::mount;
use crate::record::store::Store;
use crate::record::sync_lock;

/// The operation that states a route.
pub(super) fn stated(method: &str, path: &str) -> Option<&'static Operation> {
    // axum lets GET handlers answer HEAD requests.
    let head = if method == "HEAD" { "GET" } else { method };
    let of = |method: &str| {
        mount::operations().find(|operation| {
            operation.routes.iter().any(|route| route.method == method && route.path == path)
        })
    };
    of(method).or_else(|| of(head)).or_else(|| of(crate::declare::Route::ANY))
}

/// The operation that is probably nested at a path: the one whose path is the longest suffix of it.
/// Good enough for decisions that cannot wait, such as buckets.
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
    /// Sets `operation` as the handler's, unless another one is set. Returns whether it is the
    /// endpoint's operation now.
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

    /// Removes the series that were zero-initialised at paths without any request.
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

/// The endpoints of the paths that `operation` states and is not mounted at.
fn withdraw(operation: &Operation, store: &Store) {
    let stated = super::all().into_iter().filter(|endpoint| {
        endpoint.belongs_to(operation)
            && operation.routes.iter().any(|route| route.path == endpoint.path)
    });
    stated.for_each(|endpoint| endpoint.withdraw(store));
}

/// Warns that the generated files name another path.
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
