//! goldsignal: annotate a function once.

#[cfg(not(goldsignal_loom))]
extern crate self as goldsignal;

#[cfg(not(goldsignal_loom))]
#[doc(hidden)]
pub mod __private;
#[cfg(not(goldsignal_loom))]
pub mod declare;
pub mod record;
#[cfg(not(goldsignal_loom))]
pub mod registry;

#[cfg(not(goldsignal_loom))]
pub use {
    declare::{
        Blame, Descriptor, Fault, FaultKind, FaultTag, Kind, Label, Labels, Level, Operation,
        Place, Sensitive, Slo,
    },
    record::{Counter, Gauge, Histogram},
    registry::Registry,
};
