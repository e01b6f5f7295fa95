//! What `#[observed]` generates from: nothing in it can be wrong.

use proc_macro2::{Ident, TokenStream};
use syn::Expr;

use super::fields::{FieldArg, Form};
use super::parse::Captured;
use super::returns::Nameable;
use crate::paths::Runtime;

/// An observed function.
pub(super) struct Model {
    pub(super) runtime: Runtime,
    /// The name without its module, or the whole name when the user gave it.
    pub(super) name: Name,
    pub(super) help: String,
    pub(super) routes: Vec<Route>,
    pub(super) slo: Option<Expr>,
    pub(super) fields: Vec<FieldArg>,
    pub(super) ok: Option<Captured>,
    pub(super) err: Option<Captured>,
    /// The variant of the runtime's `Level`.
    pub(super) level: Option<Ident>,
    pub(super) buckets: Option<TokenStream>,
    pub(super) long: bool,
    /// The value's type as a static can name it.
    pub(super) value: Option<Nameable>,
}

#[derive(Debug)]
pub(super) enum Name {
    /// `Type::function`, in the module that it stands in.
    InModule(String),
    /// As the user wrote it.
    Given(String),
}

pub(super) struct Route {
    /// In capitals; `ANY` for every method.
    pub(super) method: String,
    pub(super) path: syn::LitStr,
}

impl Model {
    /// The names of all fields that the closing event can have.
    pub(super) fn field_names(&self) -> Vec<&str> {
        self.names(|_| true)
    }

    /// The names of those of which only a hash is logged, or only that they were there.
    pub(super) fn hidden_names(&self) -> Vec<&str> {
        self.names(|form| matches!(form, Form::Hash | Form::Redacted))
    }

    fn names(&self, which: impl Fn(Form) -> bool) -> Vec<&str> {
        let ends =
            [&self.ok, &self.err].into_iter().flatten().flat_map(|captured| &captured.fields);
        let mut names: Vec<&str> = Vec::new();
        for field in self.fields.iter().chain(ends).filter(|field| which(field.form)) {
            if !names.contains(&field.name.as_str()) {
                names.push(&field.name);
            }
        }
        names
    }
}
