//! Signals: the closing event, the log line, the trace.

pub(crate) mod admission;
pub(crate) mod closing;
mod closing_line;
pub(crate) mod dispatched;
mod event_line;
pub mod json;
#[cfg(feature = "telemetry")]
pub(crate) mod panics;
mod prefix;
#[cfg(feature = "telemetry")]
pub(crate) mod requested;
#[cfg(feature = "traces")]
pub(crate) mod traces;

#[cfg(feature = "telemetry")]
pub use crate::log::filter::{self, FilterError};
pub use crate::log::writer::{self, LogWriter};
pub use json::JsonLayer;
