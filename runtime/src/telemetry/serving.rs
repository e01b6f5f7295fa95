//! The parts that need axum: the layer, the admin listener, serving.

use std::io;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;

use super::builder::{Builder, TOKEN_FILE_VARIABLE, TOKEN_VARIABLE};
use super::{Telemetry, TelemetryError};
use crate::axum::{BoundaryLayer, serve};
use crate::expose::admin::{Admin, Readiness, Token};
use crate::record::sync_lock;

#[derive(Debug)]
pub(super) struct State {
    address: Option<SocketAddr>,
    token: Option<Token>,
    readiness: Readiness,
    running: Mutex<Option<Admin>>,
}

impl State {
    pub(super) fn new(address: Option<SocketAddr>, token: Option<Token>) -> Self {
        Self { address, token, readiness: Readiness::default(), running: Mutex::new(None) }
    }
}

/// Where the token of `/metrics` comes from.
pub(super) enum TokenSource {
    /// There is none.
    None,
    Text(String),
    File(String),
}

impl TokenSource {
    /// What the environment says of it.
    pub(super) fn read(set: impl Fn(&'static str) -> Option<String>) -> Option<Self> {
        let text = set(TOKEN_VARIABLE).map(Self::Text);
        text.or_else(|| set(TOKEN_FILE_VARIABLE).map(Self::File))
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

/// Never the token itself.
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
    /// Says which bearer token `/metrics` needs; one word of printable ASCII characters. Without one the
    /// admin listener listens on loopback addresses only.
    #[must_use]
    pub fn admin_token(mut self, token: impl Into<String>) -> Self {
        self.token = TokenSource::Text(token.into());
        self
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

    /// What `/readyz` tells: [`serve`](Self::serve) sets it, and checks can be added to it.
    pub fn readiness(&self) -> &Readiness {
        &self.0.admin.readiness
    }

    /// Where the admin listener listens, once it does.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        sync_lock(&self.0.admin.running).as_ref().map(Admin::address)
    }

    pub(super) fn start_admin(&self) -> Result<(), TelemetryError> {
        let State { address, token, readiness, running } = &self.0.admin;
        let mut running = sync_lock(running);
        if let (Some(address), None) = (*address, &*running) {
            let (registry, readiness) = (self.registry().clone(), readiness.clone());
            let admin = Admin::start(address, registry, readiness, token.clone());
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

    /// Exports the spans and writes the lines that wait for it, for five seconds each at the most. To be called at the end by those who do not
    /// [`serve`](Self::serve).
    pub fn shutdown(&self) {
        self.readiness().set(false);
        super::tell_suppressed();
        #[cfg(feature = "traces")]
        self.shutdown_spans(Duration::from_secs(5));
        self.log().flush(Duration::from_secs(5));
    }
}
