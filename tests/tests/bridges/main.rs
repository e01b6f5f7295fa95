//! Metrics of other libraries are in our scrapes, and ours are in theirs.

mod metrics;
mod prometheus;
