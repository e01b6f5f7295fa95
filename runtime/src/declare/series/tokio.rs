//! The families of tokio's runtimes.
//!
//! They are named after the methods of [`tokio::runtime::RuntimeMetrics`] that they come from, in the form that Prometheus
//! wants. No convention names them: the crate `tokio-metrics` calls its fields `workers_count`, `total_busy_duration`,
//! `live_tasks_count` and `global_queue_depth`, and the semantic conventions of OpenTelemetry have none for Rust. The
//! delay of scheduling is what they call `nodejs.eventloop.delay` for Node.js, as a histogram.
//!
//! [`tokio::runtime::RuntimeMetrics`]: https://docs.rs/tokio/latest/tokio/runtime/struct.RuntimeMetrics.html
//!
//! ```
//! use goldsignal::declare::series::tokio::{SCHEDULING_DELAY, label};
//!
//! assert_eq!(SCHEDULING_DELAY.labels, [label::RUNTIME, label::QUEUE]);
//! ```

use super::{BuiltIn, Name};
use crate::declare::family::Kind;

/// Names of labels.
///
/// ```
/// use goldsignal::declare::series::tokio::{ALIVE_TASKS, label};
///
/// assert_eq!(ALIVE_TASKS.labels, [label::RUNTIME]);
/// ```
pub mod label {
    /// The name of a runtime: `main`, or the one that the service gave it.
    pub const RUNTIME: &str = "runtime";
    /// The number of a worker, from 0.
    pub const WORKER: &str = "worker";
    /// What was waited for: `tasks`, a worker, or `blocking`, a thread of the blocking pool.
    pub const QUEUE: &str = "queue";
}

/// The queue of tasks, which workers poll.
pub const TASKS: &str = "tasks";
/// The queue of the blocking pool: `spawn_blocking`, and files of `tokio::fs`.
pub const BLOCKING: &str = "blocking";

/// The workers of a runtime.
pub const WORKERS: BuiltIn = BuiltIn {
    name: Name::Fixed("tokio_workers"),
    help: "Worker threads of the runtime.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[label::RUNTIME],
};

/// The time in which a worker had something to do. A worker adds it when it becomes idle, or after some tasks.
pub const WORKER_BUSY: BuiltIn = BuiltIn {
    name: Name::Fixed("tokio_worker_busy_seconds_total"),
    help: "Time in which the worker was busy, polling tasks or looking for them.",
    kind: Kind::Counter,
    unit: "seconds",
    labels: &[label::RUNTIME, label::WORKER],
};

/// Tasks that have not ended.
pub const ALIVE_TASKS: BuiltIn = BuiltIn {
    name: Name::Fixed("tokio_alive_tasks"),
    help: "Tasks of the runtime that have not ended.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[label::RUNTIME],
};

/// Tasks in the queue that all workers share.
pub const GLOBAL_QUEUE_DEPTH: BuiltIn = BuiltIn {
    name: Name::Fixed("tokio_global_queue_depth"),
    help: "Tasks in the queue that all workers of the runtime share.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[label::RUNTIME],
};

/// How long something that could run had to wait.
pub const SCHEDULING_DELAY: BuiltIn = BuiltIn {
    name: Name::Fixed("tokio_scheduling_delay_seconds"),
    help: "Time from spawning a task, or a closure for the blocking pool, to its start, measured by a heartbeat.",
    kind: Kind::Histogram,
    unit: "seconds",
    labels: &[label::RUNTIME, label::QUEUE],
};

/// How long the heartbeat has been waiting now. The histogram gets the delay only when it has ended.
pub const SCHEDULING_OVERDUE: BuiltIn = BuiltIn {
    name: Name::Fixed("tokio_scheduling_overdue_seconds"),
    help: "How long the heartbeat that is not started yet has been waiting; 0 if none is.",
    kind: Kind::Gauge,
    unit: "seconds",
    labels: &[label::RUNTIME, label::QUEUE],
};

/// All of them.
#[cfg(any(feature = "operate", feature = "page"))]
pub(crate) const ALL: [&BuiltIn; 6] = [
    &WORKERS,
    &WORKER_BUSY,
    &ALIVE_TASKS,
    &GLOBAL_QUEUE_DEPTH,
    &SCHEDULING_DELAY,
    &SCHEDULING_OVERDUE,
];
