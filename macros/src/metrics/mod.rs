//! `derive(Metrics)`: a struct's fields become declared metrics.

mod buckets;
mod generate;
mod kind;
mod model;
mod parse;
mod rules;
mod validate;

use proc_macro2::TokenStream;

use crate::diagnostics::Errors;

/// Expands the derive on a struct with named fields.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(item) = errors.note(syn::parse2(item)) else { return errors.into_compile_error() };
    let (head, fields) = parse::parse(&item, &mut errors);
    let metrics = fields
        .map(|fields| validate::validate(&head, fields, &mut errors))
        .filter(|_| errors.is_empty());
    match metrics {
        Some(metrics) => generate::generate(&head, &metrics),
        None => [errors.into_compile_error(), generate::fallback(&head)].into_iter().collect(),
    }
}
