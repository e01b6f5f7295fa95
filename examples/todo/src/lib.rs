//! The reference service of goldsignal: a todo API, observed from end to end.
//!
//! Read it from the handlers in [`api`]: each states its route, objective, fields and counters where it is
//! written, and everything that operators see follows from that.

pub mod api;
pub mod demo;
mod metrics;
mod objectives;
mod options;
mod sampler;
mod start;
pub mod store;

pub use api::app;
pub use metrics::{PoolMetrics, TaskMetrics};
pub use options::Options;
pub use start::{StartError, run};
