//! `derive(Fault)`: an error type becomes classified.

mod arms;
mod generate;
mod model;
mod options;
mod parse;
mod validate;

use proc_macro2::TokenStream;

use crate::diagnostics::Errors;

/// Expands the derive on an enum or a struct.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(item) = errors.note(syn::parse2(item)) else { return errors.into_compile_error() };
    let (head, cases) = parse::parse(&item, &mut errors);
    let cases =
        cases.map(|cases| validate::validate(cases, &mut errors)).filter(|_| errors.is_empty());
    match cases {
        Some(cases) => generate::generate(&head, &cases),
        None => [errors.into_compile_error(), generate::fallback(&head)].into_iter().collect(),
    }
}
