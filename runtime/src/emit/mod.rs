//! Signals: the closing event, the log line, the trace.

pub(crate) mod admission;
pub(crate) mod callsite;
pub(crate) mod closing;
mod drain;
pub mod filter;
pub mod json;
mod line;
pub(crate) mod repeats;
#[cfg(feature = "traces")]
pub(crate) mod traces;
pub mod writer;

pub use filter::FilterError;
pub use json::JsonLayer;
pub use writer::LogWriter;
