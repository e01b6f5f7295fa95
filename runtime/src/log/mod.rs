//! Lines of the log as bytes: how they are written, filtered, buffered and drained to the sink.
//!
//! Nothing here knows an observation: values come as [`FieldValue`](crate::declare::FieldValue)s.

pub(crate) mod alone;
pub(crate) mod buffer;
pub(crate) mod callsite;
pub(crate) mod cut;
mod drain;
pub(crate) mod escape;
#[cfg(feature = "telemetry")]
pub mod filter;
pub(crate) mod guard;
mod key;
mod lanes;
pub(crate) mod line;
pub(crate) mod number;
pub(crate) mod prefix_cache;
#[cfg(feature = "telemetry")]
pub(crate) mod records;
pub(crate) mod repeats;
pub(crate) mod shape;
pub(crate) mod spans;
mod stamp;
pub(crate) mod swar;
pub(crate) mod visit;
pub mod writer;
