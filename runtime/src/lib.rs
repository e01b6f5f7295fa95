//! goldsignal: annotate a function once.

#[cfg(not(goldsignal_loom))]
extern crate self as goldsignal;

#[cfg(not(goldsignal_loom))]
#[doc(hidden)]
pub mod __private;
#[cfg(not(goldsignal_loom))]
pub mod declare;
#[cfg(not(goldsignal_loom))]
pub(crate) mod emit;
#[cfg(not(goldsignal_loom))]
pub mod log;
#[cfg(not(goldsignal_loom))]
pub mod observe;
pub mod record;
#[cfg(not(goldsignal_loom))]
pub mod registry;

#[cfg(not(goldsignal_loom))]
pub use {
    declare::{
        Blame, Descriptor, Fault, FaultKind, FaultTag, Kind, Label, Labels, Level, Operation,
        Place, Sensitive, Slo,
    },
    observe::{Current, Outcome, RequestId, TraceContext, current},
    record::{Counter, Gauge, Histogram},
    registry::Registry,
};
