//! The background sampler: gauges that nobody's request should pay for.

use std::time::Duration;

use goldsignal::observed;

use crate::metrics::{ByState, PoolMetrics, State, TaskMetrics};
use crate::objectives::SAMPLER;
use crate::store::{PoolState, Store, StoreError};

/// Samples for ever; a tick that comes late is not made up for.
pub(crate) async fn run(store: Store, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        sample_pool(store.pool_state());
        // The failure is counted and logged by its observation; the next tick tries again.
        let _ = sample_active_tasks(&store).await;
    }
}

/// Counts the pending tasks of all users.
#[observed(slo = SAMPLER, level = debug, ok(|pending| pending = *pending))]
async fn sample_active_tasks(store: &Store) -> Result<i64, StoreError> {
    let pending = store.count_pending().await?;
    let metrics = TaskMetrics::get();
    metrics.active_tasks.set(pending);
    metrics.active_tasks_last_success_timestamp_seconds.set_to_current_time();
    Ok(pending)
}

fn sample_pool(pool: PoolState) {
    let metrics = PoolMetrics::get();
    metrics.db_client_connections.set(ByState { state: State::Idle }, pool.idle);
    metrics.db_client_connections.set(ByState { state: State::Used }, pool.used);
    metrics.db_client_connections_max.set(pool.max);
}
