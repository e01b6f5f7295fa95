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
#[cfg(feature = "axum")]
mod serving;
#[cfg(feature = "traces")]
mod spans;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

#[cfg(not(feature = "traces"))]
use tracing::subscriber::{SetGlobalDefaultError, set_global_default};
use tracing_core::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterExt, Targets, filter_fn};
#[cfg(not(feature = "traces"))]
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

pub use builder::Builder;
pub use error::TelemetryError;

use crate::emit::admission::SampleRatio;
use crate::emit::{JsonLayer, LogWriter, panics};
use crate::log::{exclusive_interest, records, repeats};
use crate::registry::Registry;

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
    filter: Targets,
    writer: LogWriter,
    /// How many of the good ends are logged.
    log_ok: SampleRatio,
    /// Whether the log layer was asked for, so that someone has put it somewhere.
    log_layer: AtomicBool,
    /// Completed by the first [`Telemetry::install`].
    installed: Once,
    #[cfg(feature = "traces")]
    tracer: Option<spans::AttachedTracer>,
    #[cfg(feature = "axum")]
    admin: serving::ServingState,
}

/// A `main` that ends without [`Telemetry::shutdown`] still has its last lines written: the global
/// subscriber, which has the log too, is never dropped.
impl Drop for Inner {
    fn drop(&mut self) {
        log_suppressed_errors();
        self.writer.flush(Duration::from_secs(1));
    }
}

impl Telemetry {
    /// Begins to build the telemetry of the service with this name.
    pub fn builder(service: impl Into<String>) -> Builder {
        Builder::new(service.into())
    }

    /// The service's name.
    pub fn service(&self) -> &str {
        &self.0.service
    }

    /// Where it counts.
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// The log as a layer for a subscriber of one's own: JSON lines, filtered as `RUST_LOG` says, without
    /// taking anything from other layers. Spans are filtered alike: those that pass are in the lines within them.
    pub fn log_layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        self.0.log_layer.store(true, Ordering::Relaxed);
        let log = JsonLayer::new(self.0.writer.clone()).with_ok_share(self.0.log_ok);
        let id = log.id();
        let takes = filter_fn(move |_| !exclusive_interest::refuses(id));
        log.with_filter(self.0.filter.clone().and(takes))
    }

    /// Where the log goes; to flush it, or to ask how much was dropped.
    pub fn log(&self) -> &LogWriter {
        &self.0.writer
    }

    /// Installs a global `tracing` subscriber with the log, unless there is one already, and starts the
    /// admin listener. Sugar: [`log_layer`](Self::log_layer) and the admin router compose by hand, too.
    ///
    /// If there is one already and it has no `log_layer()`, closing events go to that subscriber alone; a warning
    /// says so.
    ///
    /// Where the log is installed, it also has:
    ///
    /// - the records of the `log` crate that `RUST_LOG` takes by their own target and level, unless the process has
    ///   a logger already;
    /// - a line at the level `ERROR` and with the target `goldsignal::panic` for each panic, within the request that
    ///   panicked: its message, `code.file.path`, `code.line.number`, `code.column.number` and `thread.name`. The
    ///   panic hook that was there before is called after that. The closing line of the request comes as well.
    ///
    /// A second call changes nothing; it starts the admin listener if the first call could not.
    ///
    /// # Errors
    /// When the admin listener's address cannot be bound.
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
            panics::install(&self.0.writer, &self.0.filter);
        } else {
            tracing::warn!(
                "a tracing subscriber is installed already: closing events go there, in its format and by its \
                 filter. For goldsignal's JSON lines add `telemetry.log_layer()` to it; to turn closing events off, \
                 filter their targets: the module of the function, and `goldsignal::request`"
            );
        }
        let Inner { service, version, writer, registry, .. } = &*self.0;
        registry.attach(writer.losses());
        registry.attach(Arc::new(build_info::BuildInfo::new(service, version, registry)));
    }

    #[cfg(not(feature = "traces"))]
    fn subscribe(&self) -> Result<(), SetGlobalDefaultError> {
        set_global_default(tracing_subscriber::registry().with(self.log_layer()))
    }
}

/// Tells of errors that were left out of the log since they were told last.
fn log_suppressed_errors() {
    for (operation, error_type, suppressed) in repeats::untold() {
        tracing::warn!(operation, error_type, suppressed, "repeated errors were not logged");
    }
}
