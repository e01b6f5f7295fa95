//! goldsignal: annotate a function once.

#[cfg(not(goldsignal_loom))]
extern crate self as goldsignal;

#[cfg(not(goldsignal_loom))]
#[doc(hidden)]
pub mod __private;
#[cfg(all(feature = "axum", not(goldsignal_loom)))]
pub mod axum;
#[cfg(all(any(feature = "metrics", feature = "prometheus"), not(goldsignal_loom)))]
pub mod bridge;
#[cfg(not(goldsignal_loom))]
pub mod declare;
#[cfg(not(goldsignal_loom))]
pub(crate) mod emit;
#[cfg(not(goldsignal_loom))]
pub mod expose;
#[cfg(not(goldsignal_loom))]
mod macros;
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

/// Observes the calls of a function.
pub use goldsignal_macros::observed;

/// Counts the ends of a function.
pub use goldsignal_macros::business_counter;

/// Mounts observed handlers under the routes that they state.
#[cfg(feature = "axum")]
pub use goldsignal_macros::routes;
