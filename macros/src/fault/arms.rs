//! Generates the entries of `KINDS` and the `match` arms of each case.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::model::{Blame, Case, Classification, Status};
use crate::paths::{CratePath, located_at};

/// The value of `KINDS`: all classifications that errors of the type can have.
pub(crate) fn kinds(crate_path: &CratePath, cases: &[Case<'_>]) -> TokenStream {
    let private = crate_path.private(Span::call_site());
    let is_transparent =
        |case: &Case<'_>| matches!(case.classification, Classification::Transparent { .. });
    if !cases.iter().any(is_transparent) {
        let kinds = cases.iter().map(|case| kind(crate_path, case));
        return quote!(&[#(#kinds),*]);
    }
    let parts = cases.iter().map(|case| match case.classification {
        Classification::Explicit { .. } => {
            let kind = kind(crate_path, case);
            quote!(&[#kind])
        }
        Classification::Transparent { .. } => kind(crate_path, case),
    });
    quote!(#private::Kinds::joined(&[#(#parts),*]).as_slice())
}

fn kind(crate_path: &CratePath, case: &Case<'_>) -> TokenStream {
    let private = crate_path.private(Span::call_site());
    match &case.classification {
        Classification::Explicit { error_type, status, .. } => {
            let status = match status {
                Status::Literal(status) => quote!(#private::Some(#status)),
                Status::Constant(constant) => {
                    let code = code(crate_path, constant);
                    quote!(#private::Some(#code))
                }
                Status::Field(_) | Status::Computed(_) => quote!(#private::None),
            };
            quote!(#private::FaultKind::new(#error_type, #status))
        }
        Classification::Transparent { ty, .. } => {
            let inner = inner_fault(crate_path, ty);
            quote!(#inner::KINDS)
        }
    }
}

pub(crate) fn error_type(crate_path: &CratePath, case: &Case<'_>) -> TokenStream {
    let path = &case.path;
    match &case.classification {
        Classification::Explicit { error_type, .. } => quote!(#path { .. } => #error_type),
        Classification::Transparent { .. } => delegated(crate_path, case, "error_type"),
    }
}

pub(crate) fn status(crate_path: &CratePath, case: &Case<'_>) -> TokenStream {
    let private = crate_path.private(Span::call_site());
    let path = &case.path;
    match &case.classification {
        Classification::Explicit { status: Status::Literal(status), .. } => {
            quote!(#path { .. } => #private::Some(#status))
        }
        Classification::Explicit { status: Status::Constant(constant), .. } => {
            let code = code(crate_path, constant);
            quote!(#path { .. } => #private::Some(#code))
        }
        Classification::Explicit { status: Status::Field(field), .. } => {
            let span = located_at(field.span());
            let (inner, private) = (inner(span), crate_path.private(span));
            let code = quote_spanned!(span=> #private::StatusValue::code(*#inner));
            quote!(#path { #field: #inner, .. } => #private::Some(#code))
        }
        Classification::Explicit { status: Status::Computed(expression), .. } => {
            let span = located_at(expression.span());
            let private = crate_path.private(span);
            let code = quote_spanned!(span=> #private::StatusValue::code(#expression));
            quote!(#path { .. } => #private::Some(#code))
        }
        Classification::Transparent { .. } => delegated(crate_path, case, "status"),
    }
}

/// Whether the trait's default method `blame`, which derives the blame from the status, is wrong for this case.
pub(crate) fn needs_blame_method(case: &Case<'_>) -> bool {
    !matches!(case.classification, Classification::Explicit { blame: None, .. })
}

pub(crate) fn blame(crate_path: &CratePath, case: &Case<'_>) -> TokenStream {
    let private = crate_path.private(Span::call_site());
    let path = &case.path;
    match &case.classification {
        Classification::Explicit { blame: Some(Blame::Client), .. } => {
            quote!(#path { .. } => #private::Blame::Client)
        }
        Classification::Explicit { blame: Some(Blame::Server), .. } => {
            quote!(#path { .. } => #private::Blame::Server)
        }
        Classification::Explicit { blame: None, .. } => {
            quote!(#path { .. } => #private::blame(#private::Fault::status(self)))
        }
        Classification::Transparent { .. } => delegated(crate_path, case, "blame"),
    }
}

/// An assertion that a constant status is from 400 to 599. There is none for a constant of `Self`, which is not in scope
/// in an item outside of the `impl`.
pub(crate) fn check(crate_path: &CratePath, case: &Case<'_>) -> Option<TokenStream> {
    let Classification::Explicit { status: Status::Constant(constant), .. } = &case.classification
    else {
        return None;
    };
    let Expr::Path(path) = constant else { return None };
    if path.path.segments.first().is_some_and(|first| first.ident == "Self") {
        return None;
    }
    let code = code(crate_path, constant);
    let span = located_at(constant.span());
    let message = "the status is not an error; use 400 to 499 for faults of the client, or 500 to 599 for faults of \
                   the service";
    let private = crate_path.private(span);
    Some(quote_spanned! {span=>
        const _: () = match #code {
            400..=599 => {}
            #private::NO_STATUS => ::core::panic!("a status is a `u16` or a `StatusCode`: `const GONE: u16 = 410`"),
            _ => ::core::panic!(#message),
        };
    })
}

/// The number of a constant of type `u16` or `StatusCode`.
fn code(crate_path: &CratePath, constant: &Expr) -> TokenStream {
    let span = located_at(constant.span());
    let private = crate_path.private(span);
    quote_spanned!(span=> #private::Status(#constant).code())
}

fn delegated(crate_path: &CratePath, case: &Case<'_>, method: &str) -> TokenStream {
    let Classification::Transparent { member, ty } = &case.classification else {
        return TokenStream::new();
    };
    let path = &case.path;
    let method = Ident::new(method, Span::call_site());
    let (inner, fault) = (inner(Span::call_site()), inner_fault(crate_path, ty));
    quote!(#path { #member: #inner } => #fault::#method(#inner))
}

/// `<Type as Fault>`. The compiler reports errors in it at the type.
fn inner_fault(crate_path: &CratePath, ty: &syn::Type) -> TokenStream {
    let span = located_at(ty.span());
    let private = crate_path.private(span);
    quote_spanned!(span=> <#ty as #private::Fault>)
}

/// The variable that a pattern binds a field to. Its unusual name avoids constants, which a pattern would match instead.
fn inner(span: Span) -> Ident {
    Ident::new("__inner", span)
}
