//! What a `derive(Labels)` says.

use proc_macro2::Ident;
use syn::{Generics, Type};

use crate::paths::Runtime;

/// What is known of the type even where the rest is wrong.
pub(crate) struct Head<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) runtime: Runtime,
}

/// One label.
pub(crate) struct Label<'a> {
    pub(crate) field: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) name: String,
    /// How many values it may take; `None` where its type knows them all.
    pub(crate) budget: Option<usize>,
}
