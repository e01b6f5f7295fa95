//! `derive(Fault)`: classifies an error type.

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
    let Some(item) = errors.handle(syn::parse2(item)) else { return errors.into_compile_error() };
    let (container, cases) = parse::parse(&item, &mut errors);
    let cases =
        cases.map(|cases| validate::validate(cases, &mut errors)).filter(|_| errors.is_empty());
    let expansion = match cases {
        Some(cases) => generate::generate(&container, &cases),
        None => [errors.into_compile_error(), generate::fallback(&container)].into_iter().collect(),
    };
    container.crate_path.checked(expansion)
}
