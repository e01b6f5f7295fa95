//! Signals: the closing event, the log line, the trace.

pub(crate) mod admission;
pub(crate) mod alone;
mod buffer;
pub(crate) mod callsite;
pub(crate) mod closing;
mod closing_line;
pub(crate) mod cut;
pub(crate) mod dispatched;
mod drain;
mod escape;
mod event_line;
#[cfg(feature = "telemetry")]
pub mod filter;
mod heads;
pub mod json;
mod key;
mod lanes;
pub(crate) mod line;
mod number;
#[cfg(feature = "telemetry")]
pub(crate) mod panics;
#[cfg(feature = "telemetry")]
pub(crate) mod records;
pub(crate) mod repeats;
#[cfg(feature = "telemetry")]
pub(crate) mod requested;
mod shape;
mod spans;
mod stamp;
#[cfg(feature = "traces")]
pub(crate) mod traces;
mod visit;
pub mod writer;

#[cfg(feature = "telemetry")]
pub use filter::FilterError;
pub use json::JsonLayer;
pub use writer::LogWriter;
