//! Signals: the closing event, the log line, the trace.

pub(crate) mod callsite;
pub(crate) mod closing;
