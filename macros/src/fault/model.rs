//! The validated input of `derive(Fault)`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Expr, Generics, Member, Type};

use crate::paths::CratePath;

/// The type, and the options on it. It is known even if fields or variants have errors.
pub(crate) struct Container<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) crate_path: CratePath,
    pub(crate) response: Option<Response>,
}

/// The `IntoResponse` implementation to generate.
#[derive(Clone, Copy)]
pub(crate) struct Response {
    /// Whether responses to client errors contain the `Display` text.
    pub(crate) detail: bool,
    /// That of the option: the compiler reports there that the type has such an implementation, or no `Display`.
    pub(crate) span: Span,
}

/// A variant, or the struct itself.
pub(crate) struct Case<'a> {
    /// `Self::NotFound` or `Self`.
    pub(crate) path: TokenStream,
    pub(crate) classification: Classification<'a>,
}

/// How a case is classified.
pub(crate) enum Classification<'a> {
    /// By its own options.
    Explicit { error_type: String, status: Status<'a>, blame: Option<Blame> },
    /// By the `Fault` in its only field.
    Transparent { member: Member, ty: &'a Type },
}

/// The source of a status.
pub(crate) enum Status<'a> {
    /// A number from 400 to 599.
    Literal(u16),
    /// The path of a constant, asserted to be from 400 to 599 when the compiler evaluates it.
    Constant(Expr),
    /// A field of the variant.
    Field(&'a Ident),
    /// Any other expression, evaluated for each error.
    Computed(Expr),
}

/// The same variants as `goldsignal::Blame`.
#[derive(Clone, Copy)]
pub(crate) enum Blame {
    Client,
    Server,
}
