//! `derive(Label)`: makes an enum a label with a finite set of values.

mod generate;
mod model;
mod parse;

use proc_macro2::TokenStream;

use crate::diagnostics::Errors;

/// Expands the derive on an enum without data.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(item) = errors.handle(syn::parse2(item)) else { return errors.into_compile_error() };
    let (container, values) = parse::parse(&item, &mut errors);
    let expansion = match values.filter(|_| errors.is_empty()) {
        Some(values) => generate::generate(&container, &values),
        None => [errors.into_compile_error(), generate::fallback(&container)].into_iter().collect(),
    };
    container.crate_path.checked(expansion)
}
