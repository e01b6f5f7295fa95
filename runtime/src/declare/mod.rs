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

pub mod buckets;
pub mod catalog;
#[doc(hidden)]
pub mod classify;
pub mod closing;
pub mod family;
pub mod fault;
pub mod field;
mod fingerprint;
pub(crate) mod grpc;
pub mod label;
#[doc(hidden)]
pub mod label_types;
pub mod metric_prefix;
pub mod names;
pub mod naming;
pub mod objective;
pub mod operation;
pub mod outcome;
pub mod sensitive;
pub mod series;
pub mod source_location;
pub(crate) mod text_format;

pub use closing::{CLOSING_FIELDS, ClosingField, FieldKind};
pub use family::{Described, Descriptor, Kind};
pub use fault::{Blame, Fault, FaultKind, FaultTag};
pub use field::{Field, FieldValue};
pub use label::{Dimension, Domain, Label, LabelSet, Labels};
pub use metric_prefix::MetricPrefix;
pub use naming::Naming;
pub use objective::Slo;
pub use operation::{Ends, Level, Operation, Route};
pub use outcome::Outcome;
pub use sensitive::Sensitive;
pub use source_location::SourceLocation;

/// The label value of everything that exceeds a budget or is not in a finite set of values.
pub const OTHER: &str = "_OTHER";
