//! What others count appears among ours, and ours among theirs.

mod metrics;
mod prometheus;
