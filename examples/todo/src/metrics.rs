//! The metrics of the service beside those of its requests.

use goldsignal::{Counter, Distinct, Gauge, Labels, Metrics, Top};

/// Metrics of the task list.
#[derive(Debug, Metrics)]
pub struct TaskMetrics {
    /// Tasks created.
    pub tasks_created_total: Counter<CreatedTask>,
    /// Tasks completed.
    pub tasks_completed_total: Counter,
    /// Users who were active.
    pub active_users: Distinct<str>,
    /// Tasks created, by the users who create most.
    pub busiest_users: Top<str>,
    /// Pending tasks of all users, counted in the database. Every replica counts all: take the maximum.
    pub active_tasks: Gauge,
    /// When the pending tasks were last counted.
    pub active_tasks_last_success_timestamp_seconds: Gauge,
}

/// The labels of created tasks.
#[derive(Debug, Labels)]
pub struct CreatedTask {
    /// Whether it has a description.
    pub described: bool,
}
