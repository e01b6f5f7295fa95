//! What the benchmark and the servers share that it measures.
//!
//! The servers are a program of their own: an allocator that counts, as the benchmark has, would be a part of what they cost.

pub mod app;
pub mod exposed;
#[cfg(feature = "traced")]
pub mod nowhere;
pub mod servers;
