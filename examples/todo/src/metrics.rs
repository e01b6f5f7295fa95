//! The metrics of the service beside those of its requests.

use goldsignal::{Counter, Gauge, Histogram, Label, Labels, Metrics};

/// Metrics of the task list.
#[derive(Debug, Metrics)]
pub struct TaskMetrics {
    /// Tasks created.
    pub tasks_created_total: Counter<CreatedTask>,
    /// Tasks completed.
    pub tasks_completed_total: Counter,
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

/// Metrics of the database pool.
#[derive(Debug, Metrics)]
pub struct PoolMetrics {
    /// Connections of the pool, by what they do.
    pub db_client_connections: Gauge<ByState>,
    /// The most connections that the pool may open.
    pub db_client_connections_max: Gauge,
    /// Requests that wait for a connection.
    pub db_client_connections_pending_requests: Gauge,
    /// Time that requests waited for a connection.
    pub db_client_connections_wait_seconds: Histogram,
}

/// The state of a connection, as a label.
#[derive(Debug, Labels)]
pub struct ByState {
    /// The state.
    pub state: State,
}

/// The states of a connection.
#[derive(Debug, Label)]
pub enum State {
    /// It is open and unused.
    Idle,
    /// A request uses it.
    Used,
}
