//! The pool, with what its users wait for: sqlx tells neither pending requests nor wait time.

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

/// What a pool's connections do.
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

    /// Takes a connection, and counts the wait for it.
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

/// SQLite waits for a lock rather than fail, and writers do not keep readers waiting.
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

/// A request that waits for a connection; also when it is cancelled it no longer does.
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
