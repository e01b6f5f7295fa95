//! Signals: the closing event, the log line, the trace.

pub(crate) mod callsite;
pub(crate) mod closing;
mod drain;
mod dropped;
mod escape;
pub(crate) mod filter;
pub(crate) mod json;
mod line;
mod timestamp;
pub(crate) mod writer;
