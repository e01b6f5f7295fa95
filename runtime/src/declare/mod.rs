//! What a program declares: names, units, labels, metrics, errors, objectives, and the catalog of all of them.
//!
//! Everything here is constant data that the compiler checks. Nothing is counted on this floor.
//!
//! ```
//! use goldsignal::declare::catalog::Catalog;
//! use goldsignal::observed;
//!
//! /// Packs a parcel.
//! #[observed(name = "pack_parcel", fields(weight))]
//! fn pack(weight: u32) {}
//!
//! let catalog = Catalog::linked();
//! let operation = catalog.operations.iter().find(|operation| operation.name == "pack_parcel");
//! assert_eq!(operation.unwrap().fields.len(), 1);
//! # pack(1);
//! ```

pub(crate) mod buckets;
pub mod catalog;
#[doc(hidden)]
pub(crate) mod classify;
pub(crate) mod closing;
pub(crate) mod family;
pub(crate) mod fault;
pub(crate) mod field;
mod fingerprint;
pub(crate) mod grpc;
pub(crate) mod label;
#[doc(hidden)]
pub mod label_types;
pub(crate) mod metric_prefix;
pub(crate) mod names;
pub(crate) mod naming;
pub(crate) mod objective;
pub(crate) mod operation;
pub(crate) mod outcome;
pub(crate) mod ranks;
pub(crate) mod registers;
pub mod sensitive;
pub mod series;
pub(crate) mod source_location;
pub(crate) mod text_format;

pub use closing::{CLOSING_FIELDS, ClosingField, FieldKind};
pub use family::{Described, Descriptor, Kind};
pub use fault::{Blame, Fault, FaultKind, FaultTag};
pub use field::{Field, FieldValue};
pub use label::{Dimension, Domain, Label, LabelSet, Labels};
pub use metric_prefix::{InvalidMetricPrefix, LateMetricPrefix, MetricPrefix};
pub use naming::{LateNaming, Naming};
pub use objective::{Severity, Slo};
pub use operation::{Ends, Level, Operation, Route};
pub use outcome::Outcome;
pub use sensitive::Sensitive;
pub use source_location::SourceLocation;

/// The label value of everything that exceeds a budget or is not in a finite set of values.
pub const OTHER: &str = "_OTHER";
