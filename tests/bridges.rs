//! What others count appears among ours, and ours among theirs.

#[path = "bridges/metrics.rs"]
mod metrics;
#[path = "bridges/prometheus.rs"]
mod prometheus;
