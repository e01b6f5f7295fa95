//! The servers that are compared.

use std::pin::Pin;

use axum::Router;
use axum::middleware::from_fn;
use goldsignal_benches::app::{empty, plain_router};
use goldsignal_benches::servers::{BARE, FROM_FN};
use tokio::net::TcpListener;

use crate::ours;
#[cfg(not(feature = "traced"))]
use crate::peers;

/// A server that can be measured.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) start: fn(TcpListener) -> Serving,
    /// How many requests it has counted, where it can tell.
    pub(super) counted: Option<fn() -> u64>,
}

/// What serves, until the process ends.
pub(super) type Serving = Pin<Box<dyn Future<Output = ()> + Send>>;

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
