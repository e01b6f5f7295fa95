//! The validated input of `derive(Metrics)`.

use proc_macro2::Ident;
use syn::{Generics, Type, Visibility};

use super::kind::Kind;
use crate::buckets::Bounds;
use crate::paths::CratePath;

/// The type, and the options on it. It is known even if fields or variants have errors.
pub(crate) struct Container<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) visibility: &'a Visibility,
    pub(crate) generics: &'a Generics,
    pub(crate) prefix: String,
    pub(crate) crate_path: CratePath,
}

/// One metric.
pub(crate) struct Metric<'a> {
    pub(crate) field: &'a Ident,
    pub(crate) ty: &'a Type,
    /// `None` if the type is an alias.
    pub(crate) kind: Option<Kind>,
    pub(crate) name: String,
    pub(crate) help: String,
    /// Empty if the metric has no unit.
    pub(crate) unit: String,
    pub(crate) buckets: Buckets,
    pub(crate) budget: usize,
    /// The kinds that the type must not be, each with the error message. Only set if the type is an alias.
    pub(crate) forbidden_kinds: Vec<(Kind, String)>,
}

/// The bucket bounds of a histogram.
pub(crate) enum Buckets {
    /// The default bounds of the unit: the name of a constant of the runtime.
    Default(&'static str),
    /// Those that the user gives.
    Given(Bounds),
    /// For counters and gauges, and for units without default bounds.
    None,
}

impl Buckets {
    /// The default bounds for `unit`.
    pub(crate) fn default_for(unit: &str) -> Self {
        match unit {
            "seconds" => Self::Default("DURATION_SECONDS"),
            "bytes" => Self::Default("SIZE_BYTES"),
            _ => Self::None,
        }
    }
}
