//! All of it for a service: one value with the layer, the log, the spans and the admin listener.
//!
//! ```no_run
//! use goldsignal::Telemetry;
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let telemetry = Telemetry::builder("shop")
//!         .version(env!("CARGO_PKG_VERSION"))
//!         .log_ok_ratio(0.1)
//!         .from_env() // last, so that the environment wins
//!         .build()?;
//!     telemetry.install()?;
//!     // … `telemetry.serve(listener, app)`, or work without requests
//!     telemetry.shutdown_async().await;
//!     Ok(())
//! }
//! ```

mod build_info;
mod builder;
mod compiled_features;
mod error;
mod flush;
mod log_output;
mod pools;
#[cfg(any(feature = "axum", feature = "traces"))]
mod runtimes;
#[cfg(feature = "axum")]
mod serving;
#[cfg(feature = "page")]
mod settings;
#[cfg(feature = "traces")]
mod spans;
mod stories;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

#[cfg(not(feature = "traces"))]
use tracing::subscriber::{SetGlobalDefaultError, set_global_default};
use tracing_core::Subscriber;
use tracing_subscriber::Layer;
#[cfg(not(feature = "traces"))]
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

pub use builder::Builder;
pub use error::TelemetryError;

#[cfg(feature = "traces")]
pub use crate::emit::traces::KeepTraces;

use crate::emit::admission::SampleRatio;
use crate::emit::story::Stories;
use crate::emit::{JsonLayer, LogWriter, panics};
use crate::log::detail::LayerFilter;
use crate::log::live_filter::LiveFilter;
use crate::log::{records, repeats};
use crate::registry::Registry;
use crate::saturation::pool::Pools;
#[cfg(any(feature = "axum", feature = "traces"))]
use crate::saturation::runtimes::Runtimes;

/// The telemetry of a service.
///
/// ```no_run
/// # async fn run(app: axum::Router) -> Result<(), Box<dyn std::error::Error>> {
/// use goldsignal::Telemetry;
///
/// let telemetry = Telemetry::builder("todo").from_env().build()?;
/// telemetry.install()?;
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
/// telemetry.serve(listener, app).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Telemetry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    service: String,
    version: String,
    registry: Registry,
    filter: LiveFilter,
    writer: LogWriter,
    /// The ratio of successful ends that are logged.
    log_ok: SampleRatio,
    stories: Option<Arc<Stories>>,
    /// Whether `log_layer` was called, so that some subscriber has the log.
    log_layer: AtomicBool,
    /// Completed by the first [`Telemetry::install`].
    installed: Once,
    pools: Arc<Pools>,
    #[cfg(any(feature = "axum", feature = "traces"))]
    runtimes: Arc<Runtimes>,
    #[cfg(feature = "traces")]
    tracer: Option<spans::AttachedTracer>,
    #[cfg(feature = "axum")]
    admin: serving::ServingState,
    /// The builder's settings, for the live page.
    #[cfg(feature = "page")]
    settings: Vec<crate::expose::page::Setting>,
}

/// Writes the last lines also if `main` ends without [`Telemetry::shutdown`]. The writer cannot do this when it is dropped,
/// because the global subscriber holds a clone of it and is never dropped.
impl Drop for Inner {
    fn drop(&mut self) {
        log_suppressed_errors();
        self.writer.flush(Duration::from_secs(1));
        self.pools.clear();
        #[cfg(any(feature = "axum", feature = "traces"))]
        self.runtimes.clear();
    }
}

impl Telemetry {
    /// Starts to build the telemetry of the service with this name.
    pub fn builder(service: impl Into<String>) -> Builder {
        Builder::new(service.into())
    }

    /// The service's name.
    pub fn service(&self) -> &str {
        &self.0.service
    }

    /// The registry that it records to.
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// The log as a layer for a subscriber of your own. It writes JSON lines of the events that [`Builder::log_filter`] selects;
    /// other layers still get every event. The filter selects spans too: lines contain the fields of the selected spans around
    /// them.
    pub fn log_layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        self.0.log_layer.store(true, Ordering::Relaxed);
        let stories = self.0.stories.as_ref();
        let log = JsonLayer::new(self.0.writer.clone()).with_ok_share(self.0.log_ok);
        let log = log.with_stories(stories);
        let detail = stories.map(|stories| Arc::clone(&stories.detail));
        let filter = LayerFilter::new(log.id(), self.0.filter.clone(), detail);
        log.with_filter(filter)
    }

    /// The writer of the log. Use it to flush the log, or to read how many lines were dropped.
    pub fn log(&self) -> &LogWriter {
        &self.0.writer
    }

    /// Installs a global `tracing` subscriber with the log, unless the process has one already, and starts the admin listener.
    /// [`log_layer`](Self::log_layer) and the admin router can also be used by hand.
    ///
    /// If the process has a subscriber without `log_layer()`, closing events go to that subscriber only, and a warning is
    /// emitted.
    ///
    /// The installed log also contains:
    ///
    /// - the records of the `log` crate whose target and level pass the filter, unless the process has a logger already;
    /// - a line that names the files that are missing for the metrics of the process (feature `process`), if there are any;
    /// - a line for each panic, at the level `ERROR`, with the target `goldsignal::panic` and the ids of the request that
    ///   panicked: the message, `code.file.path`, `code.line.number`, `code.column.number` and `thread.name`, and
    ///   `code.stacktrace` if `RUST_BACKTRACE` asks for it. The previous panic hook is called afterwards. The request also has its closing line.
    ///
    /// It exposes what the process uses (feature `process`) and, if it is called in a runtime of tokio, how busy that is, as
    /// [`runtime("main", ..)`](Self::runtime) does.
    ///
    /// A second call changes nothing; it starts the admin listener if the first call could not.
    ///
    /// # Errors
    /// If the address of the admin listener cannot be bound.
    pub fn install(&self) -> Result<(), TelemetryError> {
        self.0.installed.call_once(|| self.install_process_wide());
        #[cfg(feature = "axum")]
        self.start_admin()?;
        Ok(())
    }

    /// The parts of [`install`](Self::install) that cannot fail and are done once.
    fn install_process_wide(&self) {
        let has_layer = self.0.log_layer.load(Ordering::Relaxed);
        if self.subscribe().is_ok() || has_layer {
            records::install(&self.0.filter);
            panics::install(&self.0.writer, self.0.filter.configured());
        } else {
            tracing::warn!(
                "a tracing subscriber is installed already: closing events go there, in its format and by its \
                 filter. For goldsignal's JSON lines add `telemetry.log_layer()` to it; to turn closing events off, \
                 filter their targets: the module of the function, and `goldsignal::request`"
            );
        }
        let Inner { service, version, writer, registry, .. } = &*self.0;
        registry.attach(writer.losses());
        if let Some(stories) = &self.0.stories {
            registry.attach(stories.counts());
        }
        #[cfg(feature = "axum")]
        registry.attach(Arc::new(self.0.filter.clone()));
        registry.attach(Arc::new(build_info::BuildInfo::new(service, version, registry)));
        #[cfg(feature = "process")]
        attach_process(registry);
        #[cfg(any(feature = "axum", feature = "traces"))]
        self.watch_main_runtime();
    }

    #[cfg(not(feature = "traces"))]
    fn subscribe(&self) -> Result<(), SetGlobalDefaultError> {
        set_global_default(tracing_subscriber::registry().with(self.log_layer()))
    }
}

/// Exposes what the process uses, and logs once which files are missing for that.
#[cfg(feature = "process")]
fn attach_process(registry: &Registry) {
    let process = crate::saturation::process::Process::current();
    let missing = process.missing_files().join(", ");
    if !missing.is_empty() {
        tracing::info!(
            missing,
            "metrics of the process are incomplete, because files cannot be read"
        );
    }
    registry.attach(process);
}

/// Logs how many repeated errors were suppressed since the last such line.
fn log_suppressed_errors() {
    for (operation, error_type, suppressed) in repeats::untold() {
        tracing::warn!(operation, error_type, suppressed, "repeated errors were not logged");
    }
}
