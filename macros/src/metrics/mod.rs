//! `derive(Metrics)`: declares a metric for each field of a struct.

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
    let Some(item) = errors.handle(syn::parse2(item)) else { return errors.into_compile_error() };
    let (container, fields) = parse::parse(&item, &mut errors);
    let metrics = fields
        .map(|fields| validate::validate(&container, fields, &mut errors))
        .filter(|_| errors.is_empty());
    let expansion = match metrics {
        Some(metrics) => generate::generate(&container, &metrics),
        None => [errors.into_compile_error(), generate::fallback(&container)].into_iter().collect(),
    };
    container.crate_path.checked(expansion)
}
