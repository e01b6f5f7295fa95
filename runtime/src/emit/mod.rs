//! What is emitted when an observation ends: the closing event, the log line and the span.
//!
//! ```
//! # #[cfg(feature = "telemetry")]
//! # fn main() {
//! use goldsignal::emit::{JsonLayer, LogWriter};
//! use std::time::Duration;
//! use tracing_subscriber::prelude::*;
//!
//! // `Telemetry::install` does the same with the standard output and the filter of `RUST_LOG`.
//! let writer = LogWriter::new(std::io::stderr());
//! let subscriber = tracing_subscriber::registry().with(JsonLayer::new(writer.clone()));
//! tracing::subscriber::with_default(subscriber, || tracing::info!(item = 7, "sold"));
//! assert!(writer.flush(Duration::from_secs(5)));
//! assert_eq!(writer.dropped(), 0);
//! # }
//! # #[cfg(not(feature = "telemetry"))]
//! # fn main() {}
//! ```

pub(crate) mod admission;
pub(crate) mod closing;
mod closing_line;
pub(crate) mod dispatched;
#[cfg(feature = "telemetry")]
mod event_line;
pub(crate) mod json;
#[cfg(feature = "telemetry")]
pub(crate) mod panics;
mod prefix;
#[cfg(feature = "telemetry")]
pub(crate) mod requested;
pub(crate) mod slow_poll;
#[cfg(feature = "telemetry")]
mod stacktrace;
#[cfg(feature = "telemetry")]
pub(crate) mod story;
#[cfg(feature = "telemetry")]
mod story_budget;
#[cfg(feature = "traces")]
pub(crate) mod traces;

#[cfg(feature = "telemetry")]
pub use crate::log::filter::FilterError;
#[cfg(feature = "telemetry")]
pub use crate::log::format::LogFormat;
pub use crate::log::writer::LogWriter;
pub use json::JsonLayer;
