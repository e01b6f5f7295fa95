//! The servers that are compared.

use std::pin::Pin;

use axum::Router;
use axum::middleware::from_fn;
use tokio::net::TcpListener;

use super::{ours, peers};
use crate::requests::{empty, plain_router};

/// A server that can be measured.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) start: fn(TcpListener) -> Serving,
    /// How many requests it has counted, where it can tell.
    pub(super) counted: Option<fn() -> u64>,
}

/// What serves, until the process ends.
pub(super) type Serving = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Those that others are compared with.
pub(super) const BARE: &str = "bare axum";
pub(super) const FROM_FN: &str = "an empty from_fn middleware";
pub(super) const BY_HAND: &str = "prometheus by hand";
pub(super) const USUAL: &str = "TraceLayer + axum-prometheus + JSON";

/// Those that have targets.
pub(super) const NOTHING_INSTALLED: &str = "goldsignal, nothing installed";
pub(super) const LINE: &str = "goldsignal, log line";

impl Case {
    pub(super) fn new(name: &'static str, start: fn(TcpListener) -> Serving) -> Self {
        Self { name, start, counted: None }
    }

    /// Says how many requests were counted, so that none can be lost unnoticed.
    pub(super) fn counted(mut self, counted: fn() -> u64) -> Self {
        self.counted = Some(counted);
        self
    }
}

/// All of them, in the order of the table.
pub(super) fn all() -> Vec<Case> {
    let mut cases = vec![
        Case::new(BARE, |listener| serve(listener, plain_router())),
        Case::new(FROM_FN, |listener| serve(listener, plain_router().layer(from_fn(empty)))),
    ];
    cases.extend(ours::cases());
    // Spans make goldsignal alone slower.
    #[cfg(not(feature = "traced"))]
    cases.extend(peers::cases());
    cases
}

/// Serves as most services do.
pub(super) fn serve(listener: TcpListener, app: Router) -> Serving {
    Box::pin(async move {
        // It ends with the process.
        let _ = axum::serve(listener, app).await;
    })
}
