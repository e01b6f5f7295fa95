//! Everything put together for a service: one value that has the layer, the log and the admin listener.

mod build_info;
mod error;
#[cfg(feature = "axum")]
mod serving;
#[cfg(feature = "traces")]
mod spans;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[cfg(not(feature = "traces"))]
use tracing::subscriber::{SetGlobalDefaultError, set_global_default};
use tracing_core::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterExt, Targets, filter_fn};
#[cfg(not(feature = "traces"))]
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

pub use error::TelemetryError;

use crate::declare::Naming;
use crate::emit::admission::Share;
use crate::emit::{JsonLayer, LogWriter, alone, filter, repeats};
use crate::record::visit::{Losses, Readable, Source};
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
    log_ok: Share,
    /// Whether the log layer was asked for, so that someone has put it somewhere.
    log_layer: AtomicBool,
    #[cfg(feature = "traces")]
    tracer: Option<spans::Attached>,
    #[cfg(feature = "axum")]
    admin: serving::State,
}

/// A `main` that ends without [`Telemetry::shutdown`] still has its last lines written: the global
/// subscriber, which has the log too, is never dropped.
impl Drop for Inner {
    fn drop(&mut self) {
        tell_suppressed();
        self.writer.flush(Duration::from_secs(1));
    }
}

/// What a [`Telemetry`] is built from.
#[derive(Debug)]
pub struct Builder {
    service: String,
    version: String,
    registry: Registry,
    naming: Option<Naming>,
    directives: String,
    writer: Option<LogWriter>,
    log_ok_ratio: f64,
    admin: Result<Option<SocketAddr>, TelemetryError>,
    #[cfg(feature = "axum")]
    token: serving::TokenSource,
    #[cfg(feature = "traces")]
    spans: spans::Settings,
}

impl Telemetry {
    /// Begins to build the telemetry of the service with this name.
    pub fn builder(service: impl Into<String>) -> Builder {
        Builder {
            service: service.into(),
            version: String::new(),
            registry: Registry::current(),
            naming: None,
            directives: filter::DEFAULT.to_owned(),
            writer: None,
            log_ok_ratio: 1.0,
            admin: Ok(Some(DEFAULT_ADMIN)),
            #[cfg(feature = "axum")]
            token: serving::TokenSource::None,
            #[cfg(feature = "traces")]
            spans: spans::Settings::default(),
        }
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
    /// taking anything from other layers.
    pub fn log_layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        self.0.log_layer.store(true, Ordering::Relaxed);
        let log = JsonLayer::new(self.0.writer.clone()).with_ok_share(self.0.log_ok);
        let id = log.id();
        // Spans that only the log would take are never made.
        let takes = filter_fn(move |metadata| metadata.is_event() && !alone::refuses(id));
        log.with_filter(self.0.filter.clone().and(takes))
    }

    /// Where the log goes; to flush it, or to ask how much was dropped.
    pub fn log(&self) -> &LogWriter {
        &self.0.writer
    }

    /// Installs a global `tracing` subscriber with the log, unless there is one already, and starts the
    /// admin listener. Sugar: [`log_layer`](Self::log_layer) and the admin router compose by hand, too.
    ///
    /// # Errors
    /// When the admin listener's address cannot be bound.
    pub fn install(&self) -> Result<(), TelemetryError> {
        let has_layer = self.0.log_layer.load(Ordering::Relaxed);
        if self.subscribe().is_err() && !has_layer {
            tracing::warn!(
                "a tracing subscriber is installed already, so goldsignal writes no log; \
                 add `telemetry.log_layer()` to it"
            );
        }
        let Inner { service, version, writer, registry, .. } = &*self.0;
        registry.attach(Arc::new(Dropped(writer.clone())));
        registry.attach(Arc::new(build_info::BuildInfo::new(service, version)));
        #[cfg(feature = "axum")]
        self.start_admin()?;
        Ok(())
    }

    #[cfg(not(feature = "traces"))]
    fn subscribe(&self) -> Result<(), SetGlobalDefaultError> {
        set_global_default(tracing_subscriber::registry().with(self.log_layer()))
    }
}

/// Tells of errors that were left out of the log since they were told last.
fn tell_suppressed() {
    for (operation, error_type, suppressed) in repeats::untold() {
        tracing::warn!(operation, error_type, suppressed, "repeated errors were not logged");
    }
}

/// The port that OpenTelemetry's SDKs use for their Prometheus exporter, on loopback.
const DEFAULT_ADMIN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9464);

/// The environment variable with the admin listener's address, or `off`.
const ADMIN_VARIABLE: &str = "GOLDSIGNAL_ADMIN_ADDR";

/// The environment variable with the token of `/metrics`.
const TOKEN_VARIABLE: &str = "GOLDSIGNAL_ADMIN_TOKEN";

/// The environment variable with the path of a file that holds the token, as orchestrators mount secrets.
const TOKEN_FILE_VARIABLE: &str = "GOLDSIGNAL_ADMIN_TOKEN_FILE";

impl Builder {
    /// Takes what the environment says: `RUST_LOG`, `OTEL_SERVICE_NAME`, `GOLDSIGNAL_ADMIN_ADDR` (an address,
    /// or `off`), and `GOLDSIGNAL_ADMIN_TOKEN` or `GOLDSIGNAL_ADMIN_TOKEN_FILE`.
    #[must_use]
    pub fn from_env(mut self) -> Self {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        if let Some(directives) = set("RUST_LOG") {
            self.directives = directives;
        }
        if let Some(service) = set("OTEL_SERVICE_NAME") {
            self.service = service;
        }
        #[cfg(feature = "axum")]
        if let Some(source) = serving::TokenSource::read(set) {
            self.token = source;
        }
        if let Some(address) = set(ADMIN_VARIABLE) {
            self.admin = match address.as_str() {
                "off" => Ok(None),
                text => {
                    text.parse().map(Some).map_err(|_| TelemetryError::Address(text.to_owned()))
                }
            };
        }
        #[cfg(feature = "traces")]
        self.spans.read(&set);
        self
    }

    /// States the service's version, usually `env!("CARGO_PKG_VERSION")`, for `goldsignal_build_info`.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// Says what the metrics of requests are called; goldsignal's short names unless told otherwise.
    ///
    /// ```
    /// use goldsignal::{Naming, Telemetry};
    ///
    /// let telemetry = Telemetry::builder("todo").naming(Naming::OpenTelemetry { url_scheme: "http" }).build()?;
    /// # Ok::<(), goldsignal::telemetry::TelemetryError>(())
    /// ```
    #[must_use]
    pub fn naming(mut self, naming: Naming) -> Self {
        self.naming = Some(naming);
        self
    }

    /// Says where the admin listener listens; `None` for no listener.
    #[must_use]
    pub fn admin(mut self, address: impl Into<Option<SocketAddr>>) -> Self {
        self.admin = Ok(address.into());
        self
    }

    /// Says which events are logged, in the words of `RUST_LOG`.
    #[must_use]
    pub fn log_filter(mut self, directives: impl Into<String>) -> Self {
        self.directives = directives.into();
        self
    }

    /// Says which share of the good ends is logged, from 0 to 1; all unless told otherwise. It is decided by
    /// trace, so that all closing lines of a request are written or none is; the others are counted as
    /// `goldsignal_log_lines_sampled_out_total`. What ended badly, was cut short, or took longer than its
    /// objective allows is always logged.
    #[must_use]
    pub const fn log_ok_ratio(mut self, ratio: f64) -> Self {
        self.log_ok_ratio = ratio;
        self
    }

    /// Says where the log goes; to the standard output unless told otherwise.
    #[must_use]
    pub fn log_writer(mut self, writer: LogWriter) -> Self {
        self.writer = Some(writer);
        self
    }

    /// Checks everything and puts it together.
    ///
    /// # Errors
    /// When declarations contradict each other, requests were counted under other names, or the environment says something that cannot be understood.
    pub fn build(self) -> Result<Telemetry, TelemetryError> {
        self.registry.check().map_err(TelemetryError::Conflicts)?;
        if let Some(naming) = self.naming {
            self.registry.set_naming(naming).map_err(TelemetryError::Naming)?;
        }
        let filter = filter::parse(&self.directives).map_err(TelemetryError::Filter)?;
        let ratio = self.log_ok_ratio;
        let log_ok = Share::of(ratio).ok_or(TelemetryError::LogRatio(ratio))?;
        let address = self.admin?;
        #[cfg(not(feature = "axum"))]
        let _ = address;
        #[cfg(feature = "axum")]
        let token = self.token.token_for(address)?;
        #[cfg(feature = "traces")]
        let tracer = self.spans.attach(&self.service, &self.registry)?;
        Ok(Telemetry(Arc::new(Inner {
            service: self.service,
            version: self.version,
            registry: self.registry,
            filter,
            writer: self.writer.unwrap_or_else(LogWriter::stdout),
            log_ok,
            log_layer: AtomicBool::new(false),
            #[cfg(feature = "traces")]
            tracer,
            #[cfg(feature = "axum")]
            admin: serving::State::new(address, token),
        })))
    }
}

/// Tells how many lines the log dropped or left out.
struct Dropped(LogWriter);

impl Source for Dropped {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        Vec::new()
    }

    fn losses(&self, losses: &mut Losses) {
        losses.log_lines += self.0.dropped();
        losses.log_lines_suppressed += self.0.suppressed();
        losses.log_lines_sampled_out += self.0.sampled_out();
    }
}
