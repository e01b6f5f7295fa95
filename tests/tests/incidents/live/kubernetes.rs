//! A kube-state-metrics that tells of the crash loop.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

use super::true_time;
use crate::incident::Besides;
use crate::incidents::INCIDENTS;
use crate::kubernetes;

pub(super) struct Kubernetes {
    pub(super) address: SocketAddr,
    begun: Arc<OnceLock<Instant>>,
}

impl Kubernetes {
    /// Starts telling; nothing crashes yet.
    pub(super) async fn start() -> Self {
        let begun = Arc::new(OnceLock::new());
        let since: Arc<OnceLock<Instant>> = Arc::clone(&begun);
        let looping = INCIDENTS.iter().find(|one| one.besides == Besides::CrashLoop).unwrap();
        let metrics = async move || {
            kubernetes::metrics(looping.name, since.get().map(|begun| true_time(*begun)))
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route("/metrics", get(metrics));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, begun }
    }

    /// The crash loop begins.
    pub(super) fn begin(&self) {
        self.begun.set(Instant::now()).unwrap();
    }
}
