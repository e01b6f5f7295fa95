//! The pool with metrics of pending requests and wait time, which sqlx does not report.

use std::time::{Duration, Instant};

use sqlx::any::AnyPoolOptions;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool};

use super::StoreError;
use crate::metrics::PoolMetrics;

const MAX_CONNECTIONS: u32 = 10;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// A pool of connections.
#[derive(Clone, Debug)]
pub(super) struct Pool(AnyPool);

/// How many connections of a pool are idle and in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolState {
    /// Open, and waiting to be used.
    pub idle: u32,
    /// In use.
    pub used: u32,
    /// The most that may be open.
    pub max: u32,
}

pub(super) fn is_postgres(location: &str) -> bool {
    location.starts_with("postgres://") || location.starts_with("postgresql://")
}

impl Pool {
    pub(super) async fn open(location: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let postgres = is_postgres(location);
        let url = if postgres {
            location.to_owned()
        } else {
            let path = location.strip_prefix("sqlite://").unwrap_or(location);
            format!("sqlite://{}?mode=rwc", path.split('?').next().unwrap_or(path))
        };
        let pool = AnyPoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_connect(move |connection, _| Box::pin(prepare(connection, postgres)))
            .connect(&url)
            .await?;
        Ok(Self(pool))
    }

    /// Acquires a connection and records how long that took.
    pub(super) async fn acquire(&self) -> Result<PoolConnection<Any>, StoreError> {
        let pending = PendingAcquire::begin();
        let connection = self.0.acquire().await;
        drop(pending);
        Ok(connection?)
    }

    pub(super) fn state(&self) -> PoolState {
        let idle = u32::try_from(self.0.num_idle()).unwrap_or(u32::MAX);
        PoolState { idle, used: self.0.size().saturating_sub(idle), max: MAX_CONNECTIONS }
    }

    pub(super) async fn close(&self) {
        self.0.close().await;
    }
}

/// Lets SQLite wait for locks instead of failing, and lets readers proceed while a writer is active.
async fn prepare(connection: &mut AnyConnection, postgres: bool) -> Result<(), sqlx::Error> {
    if !postgres {
        for pragma in [
            "PRAGMA busy_timeout = 3000",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = NORMAL",
        ] {
            sqlx::query(pragma).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// Counts a request that waits for a connection, until this is dropped, also by cancellation.
struct PendingAcquire(Instant);

impl PendingAcquire {
    fn begin() -> Self {
        PoolMetrics::get().db_client_connections_pending_requests.inc();
        Self(Instant::now())
    }
}

impl Drop for PendingAcquire {
    fn drop(&mut self) {
        let metrics = PoolMetrics::get();
        metrics.db_client_connections_pending_requests.dec();
        metrics.db_client_connections_wait_seconds.observe(self.0.elapsed());
    }
}
