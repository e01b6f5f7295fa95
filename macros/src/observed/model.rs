//! The validated input of `#[observed]`: generating from it cannot fail.

use proc_macro2::Ident;
use syn::Expr;

use super::fields::{Field, FieldFormat};
use super::parse::ClosureFields;
use super::static_type::StaticType;
use crate::buckets::Bounds;
use crate::paths::CratePath;

/// An observed function.
pub(super) struct Model {
    pub(super) crate_path: CratePath,
    pub(super) name: Name,
    pub(super) help: String,
    pub(super) routes: Vec<Route>,
    /// The name of the tool that the function is.
    pub(super) tool: Option<syn::LitStr>,
    pub(super) slo: Option<Expr>,
    pub(super) fields: Vec<Field>,
    pub(super) ok: Option<ClosureFields>,
    pub(super) err: Option<ClosureFields>,
    /// The variant of the runtime's `Level`.
    pub(super) level: Option<Ident>,
    pub(super) buckets: Option<Bounds>,
    /// In nanoseconds.
    pub(super) poll_budget: Option<u64>,
    pub(super) long: bool,
    /// The type of the value that a call ends with.
    pub(super) value: Option<StaticType>,
}

#[derive(Debug)]
pub(super) enum Name {
    /// `function` or `Type::function`; the expansion adds the module path.
    Default(String),
    /// The whole name, given by `name = "…"`.
    Explicit(String),
}

pub(super) struct Route {
    /// Where the method is written.
    pub(super) span: proc_macro2::Span,
    /// In upper case; `ANY` for every method.
    pub(super) method: String,
    pub(super) path: syn::LitStr,
}

impl Model {
    /// The names of all fields that the closing event can have.
    pub(super) fn field_names(&self) -> Vec<&str> {
        self.names(|_| true)
    }

    /// The names of redacted and hashed fields.
    pub(super) fn hidden_names(&self) -> Vec<&str> {
        self.names(|format| matches!(format, FieldFormat::Hash | FieldFormat::Redacted))
    }

    fn names(&self, which: impl Fn(FieldFormat) -> bool) -> Vec<&str> {
        let ends =
            [&self.ok, &self.err].into_iter().flatten().flat_map(|captured| &captured.fields);
        let mut names: Vec<&str> = Vec::new();
        for field in self.fields.iter().chain(ends).filter(|field| which(field.format)) {
            if !names.contains(&field.name.as_str()) {
                names.push(&field.name);
            }
        }
        names
    }
}
