//! The parts that need the feature `traces`: the exporter, the sampler and the layer of spans.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_sdk::trace::{Sampler, SpanExporter};
use tracing::subscriber::{SetGlobalDefaultError, set_global_default};
use tracing_core::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterExt, dynamic_filter_fn, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

use super::{Builder, Telemetry, TelemetryError};
use crate::emit::requested::Get;
use crate::emit::traces::settings::{Batch, keep_traces, sampler};
use crate::emit::traces::{KeepTraces, Pipeline, SpanGate, SpanLayer, StartError, Tracer};
use crate::record::visit::{Losses, Readable, Source};
use crate::registry::Registry;

type StartPipeline = Box<dyn FnOnce(&str, &Batch) -> Result<Pipeline, StartError> + Send>;

/// The builder's settings of spans.
#[derive(Default)]
pub(super) struct SpanSettings {
    start: Option<StartPipeline>,
    sampler: Option<Sampler>,
    keep: Option<KeepTraces>,
    server_timing: bool,
    batch: Batch,
    /// Why a variable of the environment was refused.
    error: Option<String>,
}

impl SpanSettings {
    /// Reads the `OTEL_*` variables.
    pub(super) fn read(&mut self, get: Get<'_>) {
        if let Err(error) = self.try_read(get) {
            self.error = Some(error);
        }
    }

    fn try_read(&mut self, get: Get<'_>) -> Result<(), String> {
        #[cfg(feature = "otlp")]
        if let Some(protocol) = crate::emit::traces::otlp::protocol(get)? {
            let make = move || crate::emit::traces::otlp::exporter(protocol);
            self.start =
                Some(Box::new(move |service, batch| Pipeline::start(make, service, batch)));
        }
        self.sampler = Some(sampler(get)?);
        self.keep = keep_traces(get)?.or(self.keep);
        self.batch = Batch::from_env(get)?;
        Ok(())
    }

    pub(super) const fn has_exporter(&self) -> bool {
        self.start.is_some()
    }

    /// The settings as texts, for the live page.
    #[cfg(feature = "page")]
    pub(super) fn settings(&self) -> [(&'static str, String); 2] {
        let exporter = if self.start.is_some() { "set" } else { "none" };
        let sampler = self.sampler.as_ref().map(|sampler| format!("{sampler:?}"));
        let sampler = sampler.unwrap_or_else(|| "ParentBased(AlwaysOn)".to_owned());
        [("span_exporter", exporter.to_owned()), ("sampler", sampler)]
    }

    /// Starts the exporter for the spans of code that records to `registry`.
    pub(super) fn attach(
        self,
        service: &str,
        registry: &Registry,
    ) -> Result<Option<AttachedTracer>, TelemetryError> {
        if let Some(error) = self.error {
            return Err(TelemetryError::Spans(error));
        }
        let Some(start) = self.start else { return Ok(None) };
        let pipeline = start(service, &self.batch).map_err(|StartError { context, source }| {
            TelemetryError::SpanExporter { context, source }
        })?;
        let sampler = self.sampler.unwrap_or(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)));
        let keep = self.keep.unwrap_or_else(|| KeepTraces::beside(&sampler));
        let tracer = Arc::new(Tracer::new(sampler, keep, pipeline).announcing(self.server_timing));
        if !tracer.attach(registry.store.get()) {
            let twice =
                "this registry has an exporter of spans already; set it in one `Telemetry` only";
            return Err(TelemetryError::Spans(twice.to_owned()));
        }
        registry.attach(Arc::new(SpanLosses(Arc::clone(&tracer))));
        Ok(Some(AttachedTracer(tracer)))
    }
}

impl fmt::Debug for SpanSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpanSettings").field("sampler", &self.sampler).finish_non_exhaustive()
    }
}

/// A tracer that its registry uses. Dropping this exports the queued spans.
#[derive(Debug)]
pub(super) struct AttachedTracer(Arc<Tracer>);

impl Drop for AttachedTracer {
    fn drop(&mut self) {
        self.0.pipeline.shutdown(Duration::from_secs(1));
    }
}

impl Builder {
    /// Exports a span for each request and each observed call whose trace is sampled. With the feature `otlp`,
    /// [`from_env`](Self::from_env) sets the exporter that the `OTEL_*` variables name.
    ///
    /// The exporter runs on a thread of its own, behind a queue of bounded length. Spans that do not fit or fail to export are
    /// counted as `goldsignal_spans_dropped_total`. A registry has one exporter at most: [`build`](Self::build) refuses a
    /// second one.
    ///
    /// `SpanExporter` is a type of `opentelemetry_sdk`; see [features](crate#features).
    ///
    /// ```
    /// use goldsignal::{Telemetry, observed};
    /// use opentelemetry_sdk::trace::InMemorySpanExporter;
    ///
    /// #[observed(name = "reading", fields(size))]
    /// fn read(size: u32) {}
    ///
    /// let exporter = InMemorySpanExporter::default();
    /// let telemetry = Telemetry::builder("shop").span_exporter(exporter.clone()).build()?;
    /// read(7);
    /// telemetry.flush_spans();
    /// assert_eq!(exporter.get_finished_spans()?[0].name, "reading");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn span_exporter(mut self, exporter: impl SpanExporter + 'static) -> Self {
        self.spans.start =
            Some(Box::new(|service, batch| Pipeline::start(|| Ok(exporter), service, batch)));
        self
    }

    /// Sets which traces are sampled, as `OTEL_TRACES_SAMPLER` does. The default samples every trace, except those that the
    /// caller has marked as not sampled. The sampler decides once for each trace: when it begins here or enters the service.
    ///
    /// `Sampler` is a type of `opentelemetry_sdk`; see [features](crate#features).
    #[must_use]
    pub fn sampler(mut self, sampler: Sampler) -> Self {
        self.spans.sampler = Some(sampler);
        self
    }

    /// Sets which traces are exported although the [`sampler`](Self::sampler) refused them, as `GOLDSIGNAL_TRACES_KEEP` does. The
    /// default is [`KeepTraces::Bad`].
    ///
    /// The spans of a request wait in bounded memory until it ends, and then all of them are exported or none.
    ///
    /// ```
    /// use goldsignal::{Telemetry, telemetry::KeepTraces};
    /// use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler};
    ///
    /// # #[goldsignal::observed(name = "difference")]
    /// # fn read(size: u32) -> Result<u32, std::num::TryFromIntError> { u32::try_from(i64::from(size) - 8) }
    /// let exporter = InMemorySpanExporter::default();
    /// let telemetry = Telemetry::builder("shop")
    ///     .span_exporter(exporter.clone())
    ///     .sampler(Sampler::TraceIdRatioBased(0.0))
    ///     .keep_traces(KeepTraces::Bad)
    ///     .build()?;
    /// let _ = (read(8), read(7)); // the second one fails
    /// telemetry.flush_spans();
    /// assert_eq!(exporter.get_finished_spans()?.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn keep_traces(mut self, keep: KeepTraces) -> Self {
        self.spans.keep = Some(keep);
        self
    }

    /// Tells the client of each request whose span is recorded which span that is: the response has the header
    /// `server-timing: traceparent;desc="00-…"`. The default is `false`, because it tells trace ids to everybody.
    ///
    /// A script on a web page reads it (`PerformanceServerTiming`), also for the page's own load, whose request it could not give a
    /// `traceparent`. A page of another origin sees it only if the response allows it by `timing-allow-origin`.
    ///
    /// ```
    /// use goldsignal::Telemetry;
    /// use opentelemetry_sdk::trace::InMemorySpanExporter;
    ///
    /// let exporter = InMemorySpanExporter::default();
    /// let telemetry =
    ///     Telemetry::builder("shop").span_exporter(exporter).server_timing(true).build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn server_timing(mut self, is_on: bool) -> Self {
        self.spans.server_timing = is_on;
        self
    }
}

impl Telemetry {
    /// A layer for a subscriber of your own that exports the service's `tracing` spans and events. Inside a sampled observation,
    /// those that [`Builder::log_filter`] selects become child spans and span events. Outside of one, the layer is disabled and
    /// costs nothing. [`install`](Self::install) adds it to its subscriber.
    pub fn span_layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let (takes, awake) = (filter_fn(SpanLayer::takes), dynamic_filter_fn(SpanLayer::awake));
        SpanLayer::new().with_filter(self.0.filter.clone().and(takes).and(awake))
    }

    /// Installs the global subscriber, with the log, and with the span layer if spans are exported.
    pub(super) fn subscribe(&self) -> Result<(), SetGlobalDefaultError> {
        let subscriber = tracing_subscriber::registry();
        if self.0.tracer.is_none() {
            return set_global_default(subscriber.with(self.log_layer()));
        }
        // The gate is the innermost layer, so that it is called last and decides for the whole subscriber.
        let subscriber =
            subscriber.with(SpanGate::new(self.0.filter.clone())).with(self.log_layer());
        set_global_default(subscriber.with(self.span_layer()))
    }

    /// Waits until the spans that have ended so far are exported, for at most five seconds.
    ///
    /// This blocks the thread. On a single-threaded runtime all other tasks wait, and an exporter that sends to one of them gets
    /// no answer; in async code, await [`flush_spans_async`](Self::flush_spans_async) instead.
    pub fn flush_spans(&self) {
        if let Some(AttachedTracer(tracer)) = &self.0.tracer {
            tracer.pipeline.flush();
        }
    }

    /// Like [`flush_spans`](Self::flush_spans), without blocking the thread.
    pub async fn flush_spans_async(&self) {
        let telemetry = self.clone();
        super::flush::run_on_own_thread(move || telemetry.flush_spans()).await;
    }

    /// Exports the queued spans, for at most `timeout`. Spans that end later are lost.
    pub(super) fn shutdown_spans(&self, timeout: Duration) {
        if let Some(AttachedTracer(tracer)) = &self.0.tracer {
            tracer.pipeline.shutdown(timeout);
        }
    }
}

/// The source of the number of lost spans.
struct SpanLosses(Arc<Tracer>);

impl Source for SpanLosses {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        Vec::new()
    }

    fn losses(&self, losses: &mut Losses) {
        losses.spans += self.0.pipeline.dropped();
    }
}
