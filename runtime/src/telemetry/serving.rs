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
