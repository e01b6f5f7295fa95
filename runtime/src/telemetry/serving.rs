//! The parts that need axum: the layers, the admin listener, and serving.

use std::future::{Pending, pending};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::serve::Listener;

use super::builder::{Builder, TOKEN_FILE_VARIABLE, TOKEN_VARIABLE};
use super::{Telemetry, TelemetryError};
use crate::axum::BoundaryLayer;
use crate::axum::serve::{MakeHttpService, Server, ServerSettings, Signals};
use crate::expose::accept_errors::AcceptErrors;
use crate::expose::admin::{Admin, Extras, Readiness, Token};
#[cfg(feature = "page")]
use crate::expose::page::ServiceFacts;
use crate::record::sync_lock;
use crate::registry::Registry;

#[derive(Debug)]
pub(super) struct ServingState {
    address: Option<SocketAddr>,
    token: Option<Token>,
    readiness: Readiness,
    running: Mutex<Option<Admin>>,
    server: ServerSettings,
    accept_errors: Arc<AcceptErrors>,
}

impl ServingState {
    pub(super) fn new(
        address: Option<SocketAddr>,
        token: Option<Token>,
        server: ServerSettings,
        registry: &Registry,
    ) -> Self {
        let accept_errors = Arc::new(AcceptErrors::default());
        registry.attach(Arc::clone(&accept_errors) as _);
        let (readiness, running) = (Readiness::default(), Mutex::new(None));
        Self { address, token, readiness, running, server, accept_errors }
    }
}

/// The builder's settings of the server.
#[derive(Debug, Default)]
pub(super) struct ServerOptions {
    pub(super) settings: ServerSettings,
    /// Why a variable of the environment was refused.
    error: Option<TelemetryError>,
}

impl ServerOptions {
    /// Reads the grace in seconds, as the environment has it.
    pub(super) fn read_grace(&mut self, text: &str) {
        let seconds = text.trim().parse().ok();
        match seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()) {
            Some(grace) => self.settings.shutdown_grace = grace,
            None => self.error = Some(TelemetryError::Grace(text.to_owned())),
        }
    }

    pub(super) fn settings(self) -> Result<ServerSettings, TelemetryError> {
        match self.error {
            Some(error) => Err(error),
            None if self.settings.header_read_timeout.is_zero() => {
                Err(TelemetryError::HeaderReadTimeout)
            }
            None => Ok(self.settings),
        }
    }
}

/// The source of the token of `/metrics`.
pub(super) enum TokenSource {
    /// No token is set.
    None,
    Text(String),
    File(String),
}

impl TokenSource {
    /// The source that the environment names.
    pub(super) fn read(set: impl Fn(&'static str) -> Option<String>) -> Option<Self> {
        let text = set(TOKEN_VARIABLE).map(Self::Text);
        text.or_else(|| set(TOKEN_FILE_VARIABLE).map(Self::File))
    }

    #[cfg(feature = "page")]
    pub(super) const fn is_set(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// The token for a listener on `address`.
    pub(super) fn token_for(
        self,
        address: Option<SocketAddr>,
    ) -> Result<Option<Token>, TelemetryError> {
        let text = match self {
            Self::None => match address {
                Some(address) if !address.ip().is_loopback() => {
                    return Err(TelemetryError::PublicAddress(address));
                }
                _ => return Ok(None),
            },
            Self::Text(text) => text,
            Self::File(path) => match std::fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) => return Err(TelemetryError::TokenFile(path, error)),
            },
        };
        Token::new(text.trim()).map(Some).ok_or(TelemetryError::Token)
    }
}

/// Leaves the token out.
impl std::fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Text(_) => f.write_str("Text(…)"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}

impl Builder {
    /// Sets the bearer token that `/metrics` and the live page require: one word of printable ASCII characters. Without a token, the admin listener
    /// accepts only loopback addresses.
    #[must_use]
    pub fn admin_token(mut self, token: impl Into<String>) -> Self {
        self.token = TokenSource::Text(token.into());
        self
    }

    /// Sets how long requests in flight may take after [`serve`](Telemetry::serve) began to stop. The default is 25 seconds;
    /// `GOLDSIGNAL_SHUTDOWN_GRACE` sets it in seconds. Choose less than the time after which the process is killed (30 seconds
    /// in Kubernetes), because the flush may take up to 10 seconds more.
    #[must_use]
    pub const fn shutdown_grace(mut self, grace: Duration) -> Self {
        self.server.settings.shutdown_grace = grace;
        self
    }

    /// Sets how long the head of a request may take under [`serve`](Telemetry::serve), from its first byte on. The default is 30
    /// seconds. The first bytes of a new connection have the same timeout; between requests, a connection may be idle. For
    /// HTTP/2 the timeout applies until the connection is established.
    #[must_use]
    pub const fn header_read_timeout(mut self, timeout: Duration) -> Self {
        self.server.settings.header_read_timeout = timeout;
        self
    }
}

impl Telemetry {
    /// The layer to put outermost when the service has a server of its own, such as `axum::serve`: it counts every request.
    ///
    /// [`serve`](Self::serve) adds this layer itself; an app that it serves needs no other. Around a whole `Router` the layer
    /// also counts the responses of other layers. It learns the matched path from axum when it is added by `Router::layer`;
    /// further out, `routes![]` and [`route_layer`](Self::route_layer) report the path to it.
    ///
    /// Calling this makes `/readyz` answer 200, because an app that gets its layers is about to be served.
    /// [`Readiness::set`] overrides that.
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use goldsignal::Telemetry;
    /// use tower::Layer;
    ///
    /// let telemetry = Telemetry::builder("shop").build()?;
    /// let app: Router = Router::new().route("/", get(async || "hello"));
    /// let app = telemetry.layer().layer(app);
    /// # drop(app);
    /// # Ok::<(), goldsignal::telemetry::TelemetryError>(())
    /// ```
    pub fn layer(&self) -> BoundaryLayer {
        self.readiness().set_ready_if_unset();
        BoundaryLayer::new(self.registry())
    }

    /// The layer to add to an inner router whose paths the outermost layer cannot see: one under `nest_service`, or one that
    /// [`serve`](Self::serve) gets wrapped in other services. It reports the matched path to the outermost layer.
    ///
    /// A request that no outer layer has counted is counted here, so that no request is missed. Routers made by `routes![]`
    /// do not need this layer. Unlike [`layer`](Self::layer), it leaves `/readyz` as it is.
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use goldsignal::Telemetry;
    ///
    /// let telemetry = Telemetry::builder("shop").build()?;
    /// let items = Router::new().route("/{id}", get(async || "an item")).layer(telemetry.route_layer());
    /// let app: Router = Router::new().nest_service("/items", items).layer(telemetry.layer());
    /// # drop(app);
    /// # Ok::<(), goldsignal::telemetry::TelemetryError>(())
    /// ```
    pub fn route_layer(&self) -> BoundaryLayer {
        BoundaryLayer::new(self.registry())
    }

    /// The state that `/readyz` reports. [`serve`](Self::serve) sets it; you can add checks to it.
    pub fn readiness(&self) -> &Readiness {
        &self.0.admin.readiness
    }

    /// The address of the admin listener, after it was started.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        sync_lock(&self.0.admin.running).as_ref().map(Admin::address)
    }

    pub(super) fn start_admin(&self) -> Result<(), TelemetryError> {
        let ServingState { address, token, readiness, running, .. } = &self.0.admin;
        let mut running = sync_lock(running);
        if let (Some(address), None) = (*address, &*running) {
            let (registry, readiness) = (self.registry().clone(), readiness.clone());
            let extras = Extras {
                filter: Some(self.0.filter.clone()),
                #[cfg(feature = "page")]
                facts: ServiceFacts {
                    service: self.0.service.clone(),
                    version: self.0.version.clone(),
                    settings: self.0.settings.clone(),
                    resources: vec![
                        Arc::clone(&self.0.pools) as _,
                        Arc::clone(&self.0.runtimes) as _,
                        #[cfg(feature = "process")]
                        (crate::saturation::process::Process::current() as _),
                    ],
                },
                #[cfg(feature = "page")]
                stories: self.0.stories.as_ref().map(|stories| Arc::clone(&stories.kept)),
            };
            let admin = Admin::start_with(address, registry, readiness, token.clone(), extras);
            *running = Some(admin.map_err(|error| TelemetryError::Admin(address, error))?);
        }
        Ok(())
    }

    /// Serves `app` inside the outermost layer until SIGTERM or Ctrl-C, then waits for the requests in flight.
    ///
    /// It accepts the arguments of [`axum::serve`](fn@axum::serve): a TCP or Unix socket or another [`Listener`], and a `Router`,
    /// a `MethodRouter` or a make-service such as `into_make_service_with_connect_info`. On TCP, handlers can always extract
    /// [`ConnectInfo<SocketAddr>`](axum::extract::ConnectInfo). If `app` is a `Router`, the paths of routes mounted by hand are
    /// known; if it wraps routers in other services, add [`route_layer`](Self::route_layer) to these routers.
    ///
    /// # Graceful shutdown
    /// At the first signal `/readyz` answers 503, the server accepts no more connections, and idle ones are closed. Endless bodies
    /// (server-sent events, [`Endless`](crate::axum::Endless), `#[observed(long)]`) end regularly. A WebSocket reads the end of
    /// its stream. Requests in flight have the [grace](Builder::shutdown_grace); the server drops those that are open after it, or
    /// at a second signal, and counts them as `cancelled` or `aborted`. Then it flushes spans and lines, like
    /// [`shutdown`](Self::shutdown).
    ///
    /// Dropping the returned future closes the connections, but flushes nothing.
    ///
    /// # Errors
    /// None so far: if accepting fails, the server tries again and counts `goldsignal_accept_errors_total`.
    pub async fn serve<L, M>(&self, listener: L, app: M) -> io::Result<()>
    where
        L: Listener,
        M: MakeHttpService<L>,
    {
        // Created before the service is ready, so that no signal is missed.
        let signals = Signals::new();
        self.serve_while(listener, app, signals.first()).await;
        Ok(())
    }

    /// Serves like [`serve`](Self::serve), until `stop` completes.
    ///
    /// # Errors
    /// None so far.
    pub async fn serve_until<L, M>(
        &self,
        listener: L,
        app: M,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()>
    where
        L: Listener,
        M: MakeHttpService<L>,
    {
        self.serve_while(listener, app, once(stop)).await;
        Ok(())
    }

    /// Serves until `stop` completes. Open requests are dropped when the future that `stop` returns completes.
    pub(super) async fn serve_while<L, M, N>(
        &self,
        listener: L,
        app: M,
        stop: impl Future<Output = N>,
    ) where
        L: Listener,
        M: MakeHttpService<L>,
        N: Future<Output = ()>,
    {
        let ServingState { server, accept_errors, readiness, .. } = &self.0.admin;
        let server = Server {
            settings: server.clone(),
            boundary: self.route_layer(),
            errors: Arc::clone(accept_errors),
        };
        if readiness.is_assumed() {
            tracing::warn!(
                "`/readyz` answered 200 before the service listened, because `layer` was called: `serve` adds the \
                 outermost layer by itself; use `route_layer` for the routers inside"
            );
        }
        self.watch_main_runtime();
        readiness.set(true);
        let second_signal = server.serve(listener, app, stop, || readiness.set(false)).await;
        let Some(second_signal) = second_signal else { return self.shutdown_async().await };
        tokio::select! {
            () = self.shutdown_async() => {}
            () = second_signal => {}
        }
    }
}

/// A shutdown signal that no second one follows.
async fn once(stop: impl Future<Output = ()>) -> Pending<()> {
    stop.await;
    pending()
}
