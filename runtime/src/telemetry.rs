//! Everything put together for a service: one value that has the layer, the log and the admin listener.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tracing_core::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterExt, Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

use crate::declare::catalog::Conflict;
use crate::emit::{FilterError, JsonLayer, LogWriter, filter};
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
    registry: Registry,
    filter: Targets,
    writer: LogWriter,
    /// Whether the log layer was asked for, so that someone has put it somewhere.
    log_layer: AtomicBool,
    #[cfg(feature = "axum")]
    admin: admin::State,
}

/// What a [`Telemetry`] is built from.
#[derive(Debug)]
pub struct Builder {
    service: String,
    registry: Registry,
    directives: String,
    writer: Option<LogWriter>,
    admin: Result<Option<SocketAddr>, TelemetryError>,
}

impl Telemetry {
    /// Begins to build the telemetry of the service with this name.
    pub fn builder(service: impl Into<String>) -> Builder {
        Builder {
            service: service.into(),
            registry: Registry::current(),
            directives: filter::DEFAULT.to_owned(),
            writer: None,
            admin: Ok(Some(DEFAULT_ADMIN)),
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
        let events = filter_fn(is_event);
        JsonLayer::new(self.0.writer.clone()).with_filter(self.0.filter.clone().and(events))
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
        let subscriber = tracing_subscriber::registry().with(self.log_layer());
        if tracing::subscriber::set_global_default(subscriber).is_err() && !has_layer {
            tracing::warn!(
                "a tracing subscriber is installed already, so goldsignal writes no log; \
                 add `telemetry.log_layer()` to it"
            );
        }
        self.0.registry.attach(Arc::new(Dropped(self.0.writer.clone())));
        #[cfg(feature = "axum")]
        self.start_admin()?;
        Ok(())
    }
}

/// Whether it is an event; spans that only the log would take are never made.
fn is_event(metadata: &tracing_core::Metadata<'_>) -> bool {
    metadata.is_event()
}

/// The port that OpenTelemetry's SDKs use for their Prometheus exporter, on loopback.
const DEFAULT_ADMIN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9464);

/// The environment variable with the admin listener's address, or `off`.
const ADMIN_VARIABLE: &str = "GOLDSIGNAL_ADMIN_ADDR";

impl Builder {
    /// Takes what the environment says: `RUST_LOG`, `OTEL_SERVICE_NAME`, and `GOLDSIGNAL_ADMIN_ADDR` (an
    /// address, or `off`).
    #[must_use]
    pub fn from_env(mut self) -> Self {
        let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        if let Some(directives) = set("RUST_LOG") {
            self.directives = directives;
        }
        if let Some(service) = set("OTEL_SERVICE_NAME") {
            self.service = service;
        }
        if let Some(address) = set(ADMIN_VARIABLE) {
            self.admin = match address.as_str() {
                "off" => Ok(None),
                text => {
                    text.parse().map(Some).map_err(|_| TelemetryError::Address(text.to_owned()))
                }
            };
        }
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

    /// Says where the log goes; to the standard output unless told otherwise.
    #[must_use]
    pub fn log_writer(mut self, writer: LogWriter) -> Self {
        self.writer = Some(writer);
        self
    }

    /// Checks everything and puts it together.
    ///
    /// # Errors
    /// When declarations contradict each other, or the environment says something that cannot be understood.
    pub fn build(self) -> Result<Telemetry, TelemetryError> {
        self.registry.check().map_err(TelemetryError::Conflicts)?;
        let filter = filter::parse(&self.directives).map_err(TelemetryError::Filter)?;
        let address = self.admin?;
        #[cfg(not(feature = "axum"))]
        let _ = address;
        Ok(Telemetry(Arc::new(Inner {
            service: self.service,
            registry: self.registry,
            filter,
            writer: self.writer.unwrap_or_else(LogWriter::stdout),
            log_layer: AtomicBool::new(false),
            #[cfg(feature = "axum")]
            admin: admin::State::new(address),
        })))
    }
}

/// Why telemetry cannot be had.
#[non_exhaustive]
pub enum TelemetryError {
    /// Declarations contradict each other.
    Conflicts(Vec<Conflict>),
    /// `RUST_LOG` cannot be understood.
    Filter(FilterError),
    /// `GOLDSIGNAL_ADMIN_ADDR` is no address.
    Address(String),
    /// The admin listener's address cannot be bound.
    Admin(SocketAddr, std::io::Error),
}

impl fmt::Display for TelemetryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflicts(conflicts) => {
                let all: Vec<String> = conflicts.iter().map(ToString::to_string).collect();
                f.write_str(&all.join("; "))
            }
            Self::Filter(error) => write!(f, "RUST_LOG: {error}"),
            Self::Address(text) => write!(
                f,
                "{ADMIN_VARIABLE}: `{text}` is no address; write one such as `127.0.0.1:9464`, or `off`"
            ),
            Self::Admin(address, error) => write!(
                f,
                "the admin listener cannot listen on {address}: {error}; set {ADMIN_VARIABLE} to another \
                 address, or to `off`"
            ),
        }
    }
}

/// As [`Display`](fmt::Display): it is what a `main` that returns the error prints.
impl fmt::Debug for TelemetryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for TelemetryError {}

/// Tells how many lines the log dropped.
struct Dropped(LogWriter);

impl Source for Dropped {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        Vec::new()
    }

    fn losses(&self, losses: &mut Losses) {
        losses.log_lines += self.0.dropped();
    }
}

#[cfg(feature = "axum")]
mod admin {
    //! The parts that need axum: the layer, the admin listener, serving.

    use std::io;
    use std::net::SocketAddr;
    use std::sync::Mutex;
    use std::time::Duration;

    use axum::Router;
    use tokio::net::TcpListener;

    use super::{Telemetry, TelemetryError};
    use crate::axum::{BoundaryLayer, serve};
    use crate::expose::admin::{Admin, Readiness};
    use crate::record::sync_lock;

    #[derive(Debug)]
    pub(super) struct State {
        address: Option<SocketAddr>,
        readiness: Readiness,
        running: Mutex<Option<Admin>>,
    }

    impl State {
        pub(super) fn new(address: Option<SocketAddr>) -> Self {
            Self { address, readiness: Readiness::default(), running: Mutex::new(None) }
        }
    }

    impl Telemetry {
        /// The boundary: counts every request of the service that it wraps.
        ///
        /// Inside `Router::layer` it counts by matched path. Outermost, around the whole `Router`, it also
        /// sees what other layers answer, and `routes![]` or [`route_layer`](Self::route_layer) tell the path.
        pub fn layer(&self) -> BoundaryLayer {
            BoundaryLayer::new(self.registry())
        }

        /// The same layer, for routers further in: under `nest_service`, or inside an outermost
        /// [`layer`](Self::layer). It names the endpoint, and counts only what no layer further out does.
        pub fn route_layer(&self) -> BoundaryLayer {
            self.layer()
        }

        /// What `/readyz` tells. [`serve`](Self::serve) sets it.
        pub fn readiness(&self) -> &Readiness {
            &self.0.admin.readiness
        }

        /// Where the admin listener listens, once it does.
        pub fn admin_address(&self) -> Option<SocketAddr> {
            sync_lock(&self.0.admin.running).as_ref().map(Admin::address)
        }

        pub(super) fn start_admin(&self) -> Result<(), TelemetryError> {
            let State { address, readiness, running } = &self.0.admin;
            let mut running = sync_lock(running);
            if let (Some(address), None) = (*address, &*running) {
                let admin = Admin::start(address, self.registry().clone(), readiness.clone());
                *running = Some(admin.map_err(|error| TelemetryError::Admin(address, error))?);
            }
            Ok(())
        }

        /// Serves `app` behind the boundary until SIGTERM or Ctrl-C, then lets the requests in flight end.
        ///
        /// # Errors
        /// When the listener fails.
        pub async fn serve(&self, listener: TcpListener, app: Router) -> io::Result<()> {
            self.serve_until(listener, app, serve::asked_to_stop()).await
        }

        /// As [`serve`](Self::serve), until `stop` ends.
        ///
        /// # Errors
        /// When the listener fails.
        pub async fn serve_until(
            &self,
            listener: TcpListener,
            app: Router,
            stop: impl Future<Output = ()> + Send + 'static,
        ) -> io::Result<()> {
            let readiness = self.readiness().clone();
            readiness.set(true);
            let stop = async move {
                stop.await;
                readiness.set(false);
            };
            let served = serve::serve(listener, app, self.layer(), stop).await;
            self.shutdown();
            served
        }

        /// Writes what waits to be written. To be called at the end by those who do not
        /// [`serve`](Self::serve).
        pub fn shutdown(&self) {
            self.readiness().set(false);
            self.log().flush(Duration::from_secs(5));
        }
    }
}
