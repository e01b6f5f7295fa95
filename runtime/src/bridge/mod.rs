//! Bridges: what others count appears among ours, and ours among theirs.

#[cfg(feature = "metrics")]
pub mod metrics;
mod names;
#[cfg(feature = "prometheus")]
pub mod prometheus;
