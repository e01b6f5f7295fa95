//! What a `derive(Metrics)` says.

use proc_macro2::Ident;
use syn::{Expr, Generics, Type, Visibility};

use super::kind::Kind;
use crate::paths::Runtime;

/// What is known of the type even where the rest is wrong.
pub(crate) struct Head<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) visibility: &'a Visibility,
    pub(crate) generics: &'a Generics,
    pub(crate) prefix: String,
    pub(crate) runtime: Runtime,
}

/// One metric.
pub(crate) struct Metric<'a> {
    pub(crate) field: &'a Ident,
    pub(crate) ty: &'a Type,
    /// What its type looks like; `None` for an alias.
    pub(crate) kind: Option<Kind>,
    pub(crate) name: String,
    pub(crate) help: String,
    /// Empty where there is none.
    pub(crate) unit: String,
    pub(crate) buckets: Buckets,
    pub(crate) budget: usize,
    /// What an alias must not turn out to be, and why.
    pub(crate) objections: Vec<(Kind, String)>,
}

/// The boundaries of a histogram.
pub(crate) enum Buckets {
    /// Those that fit the unit: a constant of the runtime.
    Default(&'static str),
    /// Literals, checked.
    Given(Vec<f64>),
    /// A constant of the user's, to be checked by the compiler.
    Constant(Expr),
    /// None, as for all that is no histogram.
    Absent,
}
