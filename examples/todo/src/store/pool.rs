//! The pool, with a measure of how long requests wait for a connection, which sqlx does not tell.

use std::time::Duration;

use goldsignal::saturation;
use goldsignal::saturation::pool::Waits;
use sqlx::any::AnyPoolOptions;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool};

use super::StoreError;

/// The most connections that may be open.
pub(super) const MAX_CONNECTIONS: u32 = 10;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// A pool of connections.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    connections: AnyPool,
    waits: Waits,
    postgres: bool,
}

impl saturation::pool::Pool for Pool {
    fn size(&self) -> usize {
        self.connections.size() as usize
    }

    fn idle(&self) -> usize {
        self.connections.num_idle()
    }

    fn max(&self) -> usize {
        MAX_CONNECTIONS as usize
    }

    fn waits(&self) -> Option<&Waits> {
        Some(&self.waits)
    }
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
        let connections = AnyPoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_connect(move |connection, _| Box::pin(prepare(connection, postgres)))
            .connect(&url)
            .await?;
        Ok(Self { connections, waits: Waits::default(), postgres })
    }

    /// What OpenTelemetry calls the database.
    pub(super) fn system(&self) -> &'static str {
        if self.postgres { "postgresql" } else { "sqlite" }
    }

    /// Acquires a connection and records how long that took.
    pub(super) async fn acquire(&self) -> Result<PoolConnection<Any>, StoreError> {
        let (open, idle) = (self.connections.size(), self.connections.num_idle());
        tracing::debug!(open, idle, "acquire a connection");
        Ok(self.waits.measure(self.connections.acquire()).await?)
    }

    pub(super) async fn close(&self) {
        self.connections.close().await;
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
