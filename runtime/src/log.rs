//! The log: one flat JSON object a line, written by a thread of its own.
//!
//! ```
//! use goldsignal::log::{Filter, LogWriter};
//! use tracing_subscriber::prelude::*;
//!
//! // Keep the guard until the end of `main`: dropping it writes out what waits.
//! let (writer, _guard) = LogWriter::stdout()?;
//! goldsignal::Registry::global().attach(std::sync::Arc::new(writer.clone()));
//! let log = goldsignal::log::json(Filter::from_env()?, writer);
//! tracing_subscriber::registry().with(log).init();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use crate::emit::filter::{Filter, FilterError};
pub use crate::emit::json::{JsonLayer, json};
pub use crate::emit::writer::{LogGuard, LogWriter, WriteLine};
