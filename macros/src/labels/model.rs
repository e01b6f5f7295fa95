//! The validated input of `derive(Labels)`.

use proc_macro2::Ident;
use syn::{Generics, Type};

use crate::paths::CratePath;

/// The type, and the options on it. It is known even if fields or variants have errors.
pub(crate) struct Container<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) crate_path: CratePath,
}

/// One label.
pub(crate) struct Label<'a> {
    pub(crate) field: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) name: String,
    /// How many different values are counted; `None` if the type has a finite set of values.
    pub(crate) budget: Option<usize>,
}
