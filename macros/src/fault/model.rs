//! What a `derive(Fault)` says.

use proc_macro2::{Ident, TokenStream};
use syn::{Expr, Generics, Member, Type};

use crate::paths::Runtime;

/// What is known of the type even where the rest is wrong.
pub(crate) struct Head<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) runtime: Runtime,
    pub(crate) response: Option<Response>,
}

/// The `IntoResponse` that goes with it.
#[derive(Clone, Copy)]
pub(crate) struct Response {
    /// Whether the client is told the `Display` text of its own faults.
    pub(crate) detail: bool,
}

/// A variant, or the struct itself.
pub(crate) struct Case<'a> {
    /// `Self::NotFound` or `Self`.
    pub(crate) path: TokenStream,
    pub(crate) class: Class<'a>,
}

/// How a case is classified.
pub(crate) enum Class<'a> {
    /// By what is written.
    Stated { error_type: String, status: Status<'a>, blame: Option<Blame> },
    /// As the fault that it wraps.
    Transparent { member: Member, ty: &'a Type },
}

/// Where a status comes from.
pub(crate) enum Status<'a> {
    /// A number that is an error.
    Literal(u16),
    /// A path: a constant, to be checked by the compiler.
    Constant(Expr),
    /// The field of this name.
    Field(&'a Ident),
    /// Anything else: known when the error is.
    Computed(Expr),
}

/// As `goldsignal::Blame`.
#[derive(Clone, Copy)]
pub(crate) enum Blame {
    Client,
    Server,
}
