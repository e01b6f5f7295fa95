//! The connection pools that the service has.

use std::sync::Arc;

use super::Telemetry;
use crate::saturation::pool::Pool;

impl Telemetry {
    /// Exposes how much of a connection pool is in use, as `db_client_connections_*` with this name as the label `pool`. The
    /// pool is asked at each scrape, and every ten seconds for the live page. It replaces another pool of this name. There may be 16.
    ///
    /// A pool is a [`Pool`], or a closure: see [`saturation::pool`](crate::saturation::pool) for those of `sqlx`,
    /// `deadpool` and `bb8`.
    ///
    /// ```
    /// use goldsignal::Telemetry;
    /// use goldsignal::saturation::pool::PoolState;
    ///
    /// let telemetry = Telemetry::builder("shop").build()?;
    /// telemetry.pool("db", || PoolState::new(3, 1, 10));
    /// # Ok::<(), goldsignal::telemetry::TelemetryError>(())
    /// ```
    pub fn pool(&self, name: &str, pool: impl Pool) {
        self.registry().attach(Arc::clone(&self.0.pools) as _);
        self.0.pools.watch(name, pool);
    }
}
