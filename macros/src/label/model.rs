//! What a `derive(Label)` says.

use proc_macro2::Ident;
use syn::Generics;

use crate::paths::Runtime;

/// What is known of the type even where the rest is wrong.
pub(crate) struct Head<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) runtime: Runtime,
}

/// One variant and its text.
pub(crate) struct Value<'a> {
    pub(crate) variant: &'a Ident,
    pub(crate) text: String,
}
