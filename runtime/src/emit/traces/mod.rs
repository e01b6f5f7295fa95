//! Traces: exports the spans of sampled observations, and of traces that end badly.
//!
//! An observation is not a `tracing` span: it lives in futures and bodies, ends once, and knows its
//! ids and its outcome. When it ends, it creates the finished span for the SDK's batch processor.
//! The service's own `tracing` spans become children of the enclosing observation, by a layer that
//! sleeps outside of observations whose spans are recorded.

mod attributes;
mod keep;
pub(crate) mod layer;
#[cfg(feature = "otlp")]
pub(crate) mod otlp;
mod pipeline;
pub(crate) mod settings;
pub(crate) mod span;
mod span_data;

use std::any::Any;
use std::sync::Arc;

use opentelemetry::Context;
use opentelemetry::trace::{SpanKind, TraceContextExt, TraceId};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, ShouldSample};

pub use keep::KeepTraces;
pub(crate) use layer::{SpanGate, SpanLayer};
pub(crate) use pipeline::{Pipeline, StartError};

use crate::observe::context::TraceContext;
use crate::observe::sampling;
use crate::record::sampler::TraceSampler;
use crate::record::store::Store;

/// The current span of OpenTelemetry's API: that of another tracing layer of the service, such as
/// `tracing-opentelemetry`.
///
/// It is not sampled here: its own layer exports it, and observations within it create no spans.
pub(crate) fn of_another_layer() -> Option<TraceContext> {
    Context::map_current(|context| {
        let span = context.has_active_span().then(|| context.span())?;
        let span = span.span_context();
        span.is_valid().then(|| TraceContext {
            trace_id: u128::from_be_bytes(span.trace_id().to_bytes()),
            span_id: u64::from_be_bytes(span.span_id().to_bytes()),
            parent_id: None,
            sampled: false,
            known: true,
        })
    })
}

/// Decides which traces are sampled, and exports their spans.
#[derive(Debug)]
pub(crate) struct Tracer {
    sampler: Sampler,
    keep: KeepTraces,
    server_timing: bool,
    pub(crate) pipeline: Pipeline,
}

impl Tracer {
    pub(crate) const fn new(sampler: Sampler, keep: KeepTraces, pipeline: Pipeline) -> Self {
        Self { sampler, keep, server_timing: false, pipeline }
    }

    /// Tells clients the span of their request if `server_timing`.
    pub(crate) fn announcing(self, server_timing: bool) -> Self {
        Self { server_timing, ..self }
    }

    /// The tracer of code that records to `store`, unless that code is exporting spans.
    #[inline]
    fn of(store: &Store) -> Option<&Self> {
        Self::of_sampler(&**sampling::sampler(store)?)
    }

    fn of_sampler(sampler: &dyn TraceSampler) -> Option<&Self> {
        sampler.as_any().downcast_ref()
    }

    /// Installs the tracer for code that records to `store`; `false` if the store has one.
    pub(crate) fn attach(self: &Arc<Self>, store: &Store) -> bool {
        store.sampler.set(Arc::clone(self) as _).is_ok()
    }
}

impl TraceSampler for Tracer {
    fn samples(&self, trace_id: u128, parent: Option<bool>) -> bool {
        match (&self.sampler, parent) {
            (Sampler::AlwaysOn, _) => true,
            // The SDK would need a context for the flag, which allocates.
            (Sampler::ParentBased(_), Some(sampled)) => sampled,
            (sampler, _) => {
                let id = TraceId::from_bytes(trace_id.to_be_bytes());
                let result = sampler.should_sample(None, id, "", &SpanKind::Server, &[], &[]);
                result.decision == SamplingDecision::RecordAndSample
            }
        }
    }

    fn records(&self) -> bool {
        self.keep != KeepTraces::Ratio
    }

    fn announces(&self) -> bool {
        self.server_timing
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
