//! The only door for expansions. Nothing here is for people: it changes without notice.

pub use crate::declare::buckets;
pub use crate::declare::catalog::{DECLARED, Declared};
pub use crate::declare::label::{Dimension, Domain, Intern, Label, LabelSet, Labels, series};
pub use crate::declare::names::{ends_with, is_label_name, is_metric_name};
pub use crate::declare::{
    Blame, Descriptor, Fault, FaultKind, FaultTag, Kind, Level, Operation, Place, Route, Slo,
};
pub use crate::observe::call::{Captures, begin};
pub use crate::observe::counted::{On, increment};
pub use crate::observe::site::Site;
pub use crate::observe::{fields, verdict};
pub use crate::record::{Counter, Gauge, Histogram};
pub use linkme;
