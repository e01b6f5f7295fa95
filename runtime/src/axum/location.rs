//! Where a request stands: whether a boundary further out has it, and whether that one's task is this one.

use std::sync::{Arc, LazyLock};

use axum::extract::MatchedPath;
use http::{Extensions, HeaderMap, Request};

use super::headers;
use crate::observe::current;
use crate::observe::endpoint::{self, Endpoint};
use crate::observe::observation::PooledObservation;
use crate::observe::shared::Shared;

/// Ties a request to its observation, also when a middleware lets another task go on with it. A copy ties to nothing: it may be
/// in another request, that a handler sends elsewhere.
#[derive(Debug)]
pub(super) struct ObservationLink {
    shared: Option<Arc<Shared>>,
    /// How many headers the request came with.
    headers: usize,
}

impl ObservationLink {
    /// Ties the request with these `extensions` to its observation.
    pub(super) fn attach<B>(request: &mut Request<B>, shared: Arc<Shared>) {
        let headers = request.headers().len();
        let extensions = request.extensions_mut();
        reserve(extensions);
        extensions.insert(Self { shared: Some(shared), headers });
    }

    /// Takes over the id that a layer between the boundary and here gave the request, such as tower-http's
    /// `SetRequestIdLayer`. Looks for it only where it can be: such a layer adds a header, or replaces the caller's.
    fn adopt_id(&self, headers: &HeaderMap) {
        let Some(shared) = &self.shared else { return };
        let Some(request) = shared.request() else { return };
        if headers.len() != self.headers || request.id().is_given() {
            headers::adopt_request_id(shared, headers);
        }
    }
}

/// Makes room in empty `extensions` for all that a request gets as a rule.
pub(super) fn reserve(extensions: &mut Extensions) {
    if extensions.is_empty() {
        extensions.clone_from(&ROOMY);
    }
}

/// Extensions with nothing in them, and with room for seven. The first table that extensions allocate by themselves has
/// room for three: as many as axum adds to every request, so that the tie would make it grow, which is another table
/// and everything hashed once more. A copy has the room of what it was copied from.
static ROOMY: LazyLock<Extensions> = LazyLock::new(|| {
    #[derive(Clone)]
    struct Nothing<const NUMBER: usize>;
    let mut extensions = Extensions::new();
    extensions.insert(Nothing::<0>);
    extensions.insert(Nothing::<1>);
    extensions.insert(Nothing::<2>);
    extensions.insert(Nothing::<3>);
    extensions.clear();
    extensions
});

impl Clone for ObservationLink {
    fn clone(&self) -> Self {
        Self { shared: None, ..*self }
    }
}

/// Where a request stands.
#[derive(Debug)]
pub(super) enum RequestLocation {
    /// No boundary has seen it.
    Untracked,
    /// It is the current one of this task.
    ThisTask,
    /// A boundary has it in another task.
    OtherTask(Arc<Shared>),
}

/// Where `request` stands; gives `f` its observation, if a boundary has it.
pub(super) fn locate<B>(request: &Request<B>, f: impl FnOnce(&Shared)) -> RequestLocation {
    let link = request.extensions().get::<ObservationLink>();
    if let Some(link) = link {
        link.adopt_id(request.headers());
    }
    let link = link.and_then(|link| link.shared.as_ref());
    let mut f = Some(f);
    let is_this_task = current::request(|shared, here| {
        // In a task that goes on with several requests the current one may be another.
        let is_this = link.is_none_or(|link| Arc::ptr_eq(link, shared));
        #[cfg(feature = "traces")]
        if let Some(observation) = here.filter(|_| is_this) {
            observation.adopt_trace(crate::emit::traces::of_another_layer);
        }
        #[cfg(not(feature = "traces"))]
        let _ = here;
        if let Some(f) = f.take_if(|_| is_this) {
            f(shared);
        }
        is_this
    });
    match (is_this_task, link) {
        (Some(true), _) => RequestLocation::ThisTask,
        (_, Some(link)) => {
            if let Some(f) = f {
                f(link);
            }
            RequestLocation::OtherTask(Arc::clone(link))
        }
        (_, None) => RequestLocation::Untracked,
    }
}

impl RequestLocation {
    /// The observation to go on with in this task, where it is not current already.
    pub(super) fn into_carried(self) -> Option<PooledObservation> {
        match self {
            Self::OtherTask(shared) => Some(PooledObservation::carried(shared)),
            Self::Untracked | Self::ThisTask => None,
        }
    }
}

/// Names the endpoint of a request by what axum matched.
pub(super) fn claim_matched<B>(shared: &Shared, request: &Request<B>) {
    if let Some(endpoint) = matched_endpoint(request) {
        shared.claim(endpoint.claim());
    }
}

/// The endpoint that axum matched a request to.
pub(super) fn matched_endpoint<B>(request: &Request<B>) -> Option<&'static Endpoint> {
    let path = request.extensions().get::<MatchedPath>()?;
    Some(endpoint::known(endpoint::method_name(request.method()), path.as_str()))
}
