//! The validated input of `derive(Label)`.

use proc_macro2::Ident;
use syn::Generics;

use crate::paths::CratePath;

/// The type, and the options on it. It is known even if fields or variants have errors.
pub(crate) struct Container<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) crate_path: CratePath,
}

/// One variant, and its text as a label value.
pub(crate) struct Value<'a> {
    pub(crate) variant: &'a Ident,
    pub(crate) text: String,
}
