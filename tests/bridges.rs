//! What others count appears among ours, and ours among theirs.

#[path = "bridges/prometheus.rs"]
mod prometheus;
