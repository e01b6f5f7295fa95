//! `derive(Label)`: an enum becomes a dimension with a finite domain.

mod generate;
mod model;
mod parse;

use proc_macro2::TokenStream;

use crate::diagnostics::Errors;

/// Expands the derive on an enum without data.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(item) = errors.note(syn::parse2(item)) else { return errors.into_compile_error() };
    let (head, values) = parse::parse(&item, &mut errors);
    match values.filter(|_| errors.is_empty()) {
        Some(values) => generate::generate(&head, &values),
        None => [errors.into_compile_error(), generate::fallback(&head)].into_iter().collect(),
    }
}
