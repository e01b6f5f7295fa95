//! A background task that counts the pending tasks, so that no request pays for that.

use std::time::Duration;

use goldsignal::observed;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::metrics::TaskMetrics;
use crate::objectives::SAMPLER;
use crate::store::{Store, StoreError};

/// A handle to the sampling task.
pub(crate) struct Sampler {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Sampler {
    pub(crate) fn start(store: Store, every: Duration) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self { stop, task: tokio::spawn(run(store, every, stopped)) }
    }

    /// Stops the task and waits for a sample in progress. Cancelling it, or closing the database under it, would count as a
    /// failure against the objective.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        // A panic in the task was counted and logged where it happened.
        let _ = self.task.await;
    }
}

/// Samples until it is stopped. Missed ticks are skipped.
async fn run(store: Store, every: Duration, mut stopped: oneshot::Receiver<()>) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = &mut stopped => return,
            _ = ticks.tick() => {}
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sample_that_is_being_taken_ends_before_the_sampler() {
        let scope = goldsignal::testing::scope();
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path().join("todo.db").to_str().unwrap()).await.unwrap();
        let connections = store.all_connections().await.unwrap();
        let sampler = Sampler::start(store.clone(), Duration::from_mins(1));
        // The sample waits for a connection until `connections` is dropped.
        while scope.value("function_calls_in_flight", &[]).unwrap_or_default() < 1.0 {
            tokio::task::yield_now().await;
        }
        tokio::join!(sampler.stop(), async { drop(connections) });
        store.close().await;
        scope.assert("function_calls_in_flight", &[], 0.0);
        let sample = ("function", "todo::sampler::sample_active_tasks");
        scope.assert("function_calls_total", &[sample, ("outcome", "ok")], 1.0);
        scope.assert("function_calls_total", &[sample], 1.0);
        scope.assert("slo_events_total", &[("outcome", "bad")], 0.0);
    }
}
