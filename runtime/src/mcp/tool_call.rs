//! A tool call, from the protocol's message to the tool's function.

use std::future::Future;
use std::sync::Arc;

use crate::lifecycle::rejected::reject;
use crate::observe::context::{TraceContext, TraceState};
use crate::observe::current::Instrumented;
use crate::observe::observation::PooledObservation;
use crate::observe::shared::Shared;
use crate::observe::site::{self, Site};
use crate::record::ambient::StoreRef;

/// A call of a tool that a client asked for. [`Session::call`](super::Session::call) makes one.
#[derive(Debug)]
#[must_use = "it counts nothing until `observe` runs the call"]
pub struct ToolCall {
    tool: &'static Site,
    store: StoreRef,
    remote: Option<(TraceContext, Option<TraceState>)>,
    transport: Option<Arc<Shared>>,
}

impl ToolCall {
    pub(super) fn new(tool: &str, store: StoreRef) -> Self {
        Self { tool: site::tool(tool), store, remote: None, transport: None }
    }

    /// Continues the caller's trace: the texts of `traceparent` and `tracestate` in `params._meta`, by W3C Trace Context.
    /// Malformed ones are ignored.
    pub fn trace(mut self, traceparent: Option<&str>, tracestate: Option<&str>) -> Self {
        let trace = traceparent.and_then(|text| TraceContext::parse(text.as_bytes()));
        self.remote = trace.map(|trace| (trace, tracestate.and_then(TraceState::of_text)));
        self
    }

    /// Names the HTTP request that transported the call, by its extensions. The call's lines have the id of that request, and
    /// its trace is the request's, unless the call has [one of its own](Self::trace). Nothing happens if goldsignal did not
    /// observe the request, or if the extensions were cloned.
    #[cfg(feature = "axum")]
    pub fn transported_by(mut self, request: &http::Extensions) -> Self {
        self.transport = crate::axum::location::linked(request).cloned();
        self
    }

    /// Runs the call, in which the tool's function is called.
    ///
    /// If `call` ends and no tool's function has begun, the call is counted as the caller's fault, with the `error_type`
    /// `unknown_tool`, or `rejected` if there is such a tool: its arguments were malformed, it was disabled, or the like.
    pub async fn observe<F: Future>(self, call: F) -> F::Output {
        let Self { tool, store, remote, transport } = self;
        let store = transport.as_ref().map_or(store, |request| request.store.clone());
        let caller = Arc::new(Shared::caller(remote, transport, store));
        let within = || PooledObservation::carried(Arc::clone(&caller));
        let value = Instrumented::new(Some(call), within()).await;
        if !caller.has_begun() {
            if let Some(here) = within().get() {
                here.enter(|| reject(tool));
            }
        }
        value
    }
}
