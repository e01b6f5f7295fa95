//! Lines of the log as bytes: how they are written, filtered, buffered and drained to the sink.
//!
//! Nothing here knows an observation: values come as [`FieldValue`](crate::declare::FieldValue)s.

pub(crate) mod buffer;
pub(crate) mod callsite;
pub(crate) mod callsite_template;
#[cfg(feature = "telemetry")]
pub(crate) mod detail;
mod drain;
pub(crate) mod escape;
pub(crate) mod exclusive_interest;
pub(crate) mod field_keys;
pub(crate) mod field_visitor;
#[cfg(feature = "telemetry")]
pub(crate) mod filter;
#[cfg(feature = "telemetry")]
pub(crate) mod format;
pub(crate) mod guard;
mod key;
mod lanes;
#[cfg(feature = "telemetry")]
pub(crate) mod live_filter;
pub(crate) mod log_line;
#[cfg(feature = "telemetry")]
mod logfmt;
#[cfg(feature = "telemetry")]
pub(crate) mod members;
pub(crate) mod names;
pub(crate) mod number;
pub(crate) mod prefix_cache;
#[cfg(feature = "telemetry")]
pub(crate) mod records;
pub(crate) mod repeats;
pub(crate) mod spans;
pub(crate) mod stamp;
pub(crate) mod swar;
#[cfg(feature = "telemetry")]
mod text;
#[cfg(feature = "telemetry")]
mod text_style;
pub(crate) mod truncate;
mod unique_fields;
pub(crate) mod value;
pub(crate) mod writer;
