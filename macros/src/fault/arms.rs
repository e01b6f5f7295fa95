//! Writes what each case says of itself.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::model::{Blame, Case, Class, Status};
use crate::paths::{Runtime, at};

/// Every way in which the type can go wrong.
pub(crate) fn kinds(runtime: &Runtime, cases: &[Case<'_>]) -> TokenStream {
    let private = runtime.private(Span::call_site());
    let is_transparent = |case: &Case<'_>| matches!(case.class, Class::Transparent { .. });
    if !cases.iter().any(is_transparent) {
        let kinds = cases.iter().map(|case| kind(runtime, case));
        return quote!(&[#(#kinds),*]);
    }
    let parts = cases.iter().map(|case| match case.class {
        Class::Stated { .. } => {
            let kind = kind(runtime, case);
            quote!(&[#kind])
        }
        Class::Transparent { .. } => kind(runtime, case),
    });
    quote!(#private::Kinds::joined(&[#(#parts),*]).as_slice())
}

fn kind(runtime: &Runtime, case: &Case<'_>) -> TokenStream {
    let private = runtime.private(Span::call_site());
    match &case.class {
        Class::Stated { error_type, status, .. } => {
            let status = match status {
                Status::Literal(status) => quote!(#private::Some(#status)),
                Status::Constant(constant) => {
                    let code = code(runtime, constant);
                    quote!(#private::Some(#code))
                }
                Status::Field(_) | Status::Computed(_) => quote!(#private::None),
            };
            quote!(#private::FaultKind { error_type: #error_type, status: #status })
        }
        Class::Transparent { ty, .. } => {
            let inner = inner_fault(runtime, ty);
            quote!(#inner::KINDS)
        }
    }
}

pub(crate) fn error_type(runtime: &Runtime, case: &Case<'_>) -> TokenStream {
    let path = &case.path;
    match &case.class {
        Class::Stated { error_type, .. } => quote!(#path { .. } => #error_type),
        Class::Transparent { .. } => delegated(runtime, case, "error_type"),
    }
}

pub(crate) fn status(runtime: &Runtime, case: &Case<'_>) -> TokenStream {
    let private = runtime.private(Span::call_site());
    let path = &case.path;
    match &case.class {
        Class::Stated { status: Status::Literal(status), .. } => {
            quote!(#path { .. } => #private::Some(#status))
        }
        Class::Stated { status: Status::Constant(constant), .. } => {
            let code = code(runtime, constant);
            quote!(#path { .. } => #private::Some(#code))
        }
        Class::Stated { status: Status::Field(field), .. } => {
            let span = at(field.span());
            let (inner, private) = (inner(span), runtime.private(span));
            let code = quote_spanned!(span=> #private::status(*#inner));
            quote!(#path { #field: #inner, .. } => #private::Some(#code))
        }
        Class::Stated { status: Status::Computed(expression), .. } => {
            let span = at(expression.span());
            let private = runtime.private(span);
            let code = quote_spanned!(span=> #private::status(#expression));
            quote!(#path { .. } => #private::Some(#code))
        }
        Class::Transparent { .. } => delegated(runtime, case, "status"),
    }
}

/// Whether the trait's own way to find the blame will not do.
pub(crate) fn states_blame(case: &Case<'_>) -> bool {
    !matches!(case.class, Class::Stated { blame: None, .. })
}

pub(crate) fn blame(runtime: &Runtime, case: &Case<'_>) -> TokenStream {
    let private = runtime.private(Span::call_site());
    let path = &case.path;
    match &case.class {
        Class::Stated { blame: Some(Blame::Client), .. } => {
            quote!(#path { .. } => #private::Blame::Client)
        }
        Class::Stated { blame: Some(Blame::Server), .. } => {
            quote!(#path { .. } => #private::Blame::Server)
        }
        Class::Stated { blame: None, .. } => {
            quote!(#path { .. } => #private::blame(#private::Fault::status(self)))
        }
        Class::Transparent { .. } => delegated(runtime, case, "blame"),
    }
}

/// A constant status is an error too. One that hangs on `Self` is beyond an item of its own.
pub(crate) fn check(runtime: &Runtime, case: &Case<'_>) -> Option<TokenStream> {
    let Class::Stated { status: Status::Constant(constant), .. } = &case.class else { return None };
    let Expr::Path(path) = constant else { return None };
    if path.path.segments.first().is_some_and(|first| first.ident == "Self") {
        return None;
    }
    let code = code(runtime, constant);
    let span = at(constant.span());
    let message = "a status that is no error; take one from 400 to 499 for the client's faults, or from \
                   500 to 599 for the service's";
    Some(quote_spanned! {span=>
        const _: () = ::core::assert!(::core::matches!(#code, 400..=599), #message);
    })
}

/// The number of a constant of type `u16` or `StatusCode`.
fn code(runtime: &Runtime, constant: &Expr) -> TokenStream {
    let span = at(constant.span());
    let private = runtime.private(span);
    quote_spanned!(span=> #private::Status(#constant).code())
}

fn delegated(runtime: &Runtime, case: &Case<'_>, method: &str) -> TokenStream {
    let Class::Transparent { member, ty } = &case.class else { return TokenStream::new() };
    let path = &case.path;
    let method = Ident::new(method, Span::call_site());
    let (inner, fault) = (inner(Span::call_site()), inner_fault(runtime, ty));
    quote!(#path { #member: #inner } => #fault::#method(#inner))
}

/// `<the type as Fault>`, of which a fault is shown at the type.
fn inner_fault(runtime: &Runtime, ty: &syn::Type) -> TokenStream {
    let span = at(ty.span());
    let private = runtime.private(span);
    quote_spanned!(span=> <#ty as #private::Fault>)
}

/// The name of a field in a pattern. A pattern that is the name of some constant would mean that.
fn inner(span: Span) -> Ident {
    Ident::new("__inner", span)
}
