//! The reference service of goldsignal: a todo API, observed from end to end.
//!
//! Start reading at the handlers in [`api`]. Each declares its route, objective, fields and counters; rules, dashboards and
//! runbooks are generated from these declarations.

pub mod api;
pub mod demo;
mod metrics;
mod objectives;
mod options;
mod sampler;
mod start;
pub mod store;
mod vitals;

pub use api::app;
pub use metrics::TaskMetrics;
pub use options::Options;
pub use start::{StartError, run};
pub use vitals::VitalMetrics;
