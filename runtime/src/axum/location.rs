//! Finds the observation that a boundary further out has begun for a request, and whether it runs in this task.

use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

use axum::extract::MatchedPath;
use http::{Extensions, HeaderMap, Request};

use super::headers;
use crate::observe::current;
use crate::observe::endpoint::{self, Endpoint};
use crate::observe::observation::{Observation, PooledObservation};
use crate::observe::shared::Shared;

/// Links a request to its observation through the request's extensions, which follow it into other tasks.
///
/// A clone has no link: a handler may attach cloned extensions to an outgoing request, which is not the observed one.
#[derive(Debug)]
pub(super) struct ObservationLink {
    shared: Option<Arc<Shared>>,
    /// How many headers the request had when the boundary got it; [`NEW`] if none got it yet.
    headers: usize,
}

/// The observation of the request that has these extensions.
pub(crate) fn linked(extensions: &Extensions) -> Option<&Arc<Shared>> {
    extensions.get::<ObservationLink>()?.shared.as_ref()
}

const NEW: usize = usize::MAX;

impl ObservationLink {
    /// Links `request` to its observation.
    pub(super) fn attach<B>(request: &mut Request<B>, shared: Arc<Shared>) {
        let headers = request.headers().len();
        let extensions = request.extensions_mut();
        reserve(extensions);
        let link = Self { shared: Some(shared), headers };
        match extensions.get_mut() {
            Some(unlinked) => *unlinked = link,
            None => insert(extensions, link),
        }
    }

    /// Whether no boundary has linked the request yet.
    pub(super) const fn is_new(&self) -> bool {
        self.headers == NEW
    }

    /// Adopts the request id that a layer between the boundary and this one has set, such as tower-http's
    /// `SetRequestIdLayer`. Such a layer adds a header or replaces the client's id; the header is only looked up in these cases.
    fn adopt_id(&self, headers: &HeaderMap) {
        let Some(request) = self.shared.as_ref().and_then(|shared| shared.request()) else {
            return;
        };
        if headers.len() != self.headers || request.id().is_given() {
            headers::adopt_request_id(request, headers);
        }
    }
}

/// Links a request whose extensions were not empty before it came to the boundary.
#[cold]
fn insert(extensions: &mut Extensions, link: ObservationLink) {
    extensions.insert(link);
}

/// Replaces empty `extensions` by some that contain a link without an observation, and have capacity for what axum adds to a
/// request.
///
/// A thread makes many of them at a time, so that the code that makes them is in no request's path.
pub(super) fn reserve(extensions: &mut Extensions) {
    if extensions.is_empty() {
        let ready = READY.try_with(|ready| ready.borrow_mut().pop()).ok().flatten();
        *extensions = ready.unwrap_or_else(make_ready);
    }
}

thread_local! {
    static READY: RefCell<Vec<Extensions>> = const { RefCell::new(Vec::new()) };
}

/// How many extensions a thread makes at a time. A table takes about 200 bytes; more would not stay in the processor's first
/// cache.
const READY_AT_ONCE: usize = 16;

#[cold]
fn make_ready() -> Extensions {
    // The thread-local is gone if the thread is ending: then there are no others.
    let _ = READY.try_with(|ready| {
        let mut ready = ready.borrow_mut();
        ready.extend((1..READY_AT_ONCE).map(|_| UNLINKED.clone()));
    });
    UNLINKED.clone()
}

/// Extensions whose clones contain a link without an observation, and have capacity for three other values.
///
/// The first insertion into new extensions allocates a table for three values, which axum's own fill. The link would be the
/// fourth and force a second, larger table. `http` has no `with_capacity`, but a table retains its size when values are
/// removed, and a clone allocates one of the same size. Should `hashbrown` change that, only those instructions come back.
static UNLINKED: LazyLock<Extensions> = LazyLock::new(|| {
    #[derive(Clone)]
    struct Filler<const N: usize>;
    let mut extensions = Extensions::new();
    extensions.insert(Filler::<0>);
    extensions.insert(Filler::<1>);
    extensions.insert(Filler::<2>);
    extensions.insert(Filler::<3>);
    extensions.clear();
    extensions.insert(ObservationLink { shared: None, headers: NEW });
    extensions
});

impl Clone for ObservationLink {
    fn clone(&self) -> Self {
        Self { shared: None, ..*self }
    }
}

/// Where the observation of a request is, seen from the running task.
#[derive(Debug)]
pub(super) enum RequestLocation {
    /// No boundary further out has begun one.
    Untracked,
    /// It is the current observation of this task.
    ThisTask,
    /// A boundary began it in another task.
    OtherTask(Arc<Shared>),
}

/// The observation of `request`, if it is the innermost one of this task, as it is for most requests.
#[inline]
pub(super) fn in_this_task<B>(request: &Request<B>) -> Option<&Shared> {
    let link = request.extensions().get::<ObservationLink>()?;
    let shared = link.shared.as_ref()?;
    link.adopt_id(request.headers());
    // In a task that drives several requests, the current observation may be that of another one.
    let is_this = current::innermost(|here| {
        let is_this = here.is_request(shared);
        adopt_trace(Some(here).filter(|_| is_this));
        is_this
    });
    is_this.filter(|is_this| *is_this).map(|_| &**shared)
}

/// Locates the observation of `request` and calls `f` with it, if there is one.
#[inline(never)]
pub(super) fn locate<B>(request: &Request<B>, f: impl FnOnce(&Shared)) -> RequestLocation {
    if let Some(shared) = in_this_task(request) {
        f(shared);
        return RequestLocation::ThisTask;
    }
    locate_elsewhere(request, f)
}

/// Like [`locate`], where the observation is not the innermost one of this task.
#[cold]
pub(super) fn locate_elsewhere<B>(
    request: &Request<B>,
    f: impl FnOnce(&Shared),
) -> RequestLocation {
    let link = request.extensions().get::<ObservationLink>();
    let Some((link, shared)) = link.and_then(|link| Some((link, link.shared.as_ref()?))) else {
        return locate_unlinked(f);
    };
    link.adopt_id(request.headers());
    let is_this_task = current::request(|current, here| {
        let is_this = Arc::ptr_eq(current, shared);
        adopt_trace(here.filter(|_| is_this));
        is_this
    });
    f(shared);
    match is_this_task {
        Some(true) => RequestLocation::ThisTask,
        _ => RequestLocation::OtherTask(Arc::clone(shared)),
    }
}

/// Locates the observation of a request whose link is lost, because a middleware replaced its extensions: it is that of this
/// task, if that has one.
#[cold]
fn locate_unlinked(f: impl FnOnce(&Shared)) -> RequestLocation {
    let found = current::request(|shared, here| {
        adopt_trace(here);
        f(shared);
    });
    found.map_or(RequestLocation::Untracked, |()| RequestLocation::ThisTask)
}

/// Adopts the trace of another tracing layer of the service, which may have begun a span around this request since.
#[inline]
fn adopt_trace(here: Option<&Observation>) {
    #[cfg(feature = "traces")]
    if let Some(observation) = here {
        observation.adopt_trace(crate::emit::traces::of_another_layer);
    }
    #[cfg(not(feature = "traces"))]
    let _ = here;
}

impl RequestLocation {
    /// The observation to enter in this task; `NONE` where it is current already, or there is none.
    pub(super) fn into_carried(self) -> PooledObservation {
        match self {
            Self::OtherTask(shared) => PooledObservation::carried(shared),
            Self::Untracked | Self::ThisTask => PooledObservation::NONE,
        }
    }
}

/// Claims the endpoint of the route that axum matched.
pub(super) fn claim_matched<B>(shared: &Shared, request: &Request<B>) {
    if let Some(endpoint) = matched_endpoint(request) {
        shared.claim(endpoint.claim());
    }
}

/// The endpoint of the route that axum matched.
pub(super) fn matched_endpoint<B>(request: &Request<B>) -> Option<&'static Endpoint> {
    let path = request.extensions().get::<MatchedPath>()?;
    Some(endpoint::known(endpoint::method_name(request.method()), path.as_str()))
}
