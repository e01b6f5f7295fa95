//! Generates the implementation of `Label`.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::model::{Container, Value};

pub(crate) fn generate(container: &Container<'_>, values: &[Value<'_>]) -> TokenStream {
    let texts = values.iter().map(|value| &value.text);
    let variants = values.iter().map(|value| value.variant);
    let indices = 0..values.len();
    implementation(
        container,
        &quote!(&[#(#texts),*]),
        &quote!(match self { #(Self::#variants => #indices,)* }),
    )
}

/// The implementation for an enum with errors. Uses of the type then cause no further errors.
pub(crate) fn fallback(container: &Container<'_>) -> TokenStream {
    let mut generics = container.generics.clone();
    if !generics.params.is_empty() {
        generics.make_where_clause().predicates.push(syn::parse_quote!(Self: 'static));
    }
    let container = &Container {
        ident: container.ident,
        generics: &generics,
        crate_path: container.crate_path.clone(),
    };
    implementation(container, &quote!(&["_"]), &quote!(0))
}

fn implementation(
    container: &Container<'_>,
    values: &TokenStream,
    index: &TokenStream,
) -> TokenStream {
    let Container { ident, generics, crate_path } = container;
    let private = crate_path.private(Span::call_site());
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #private::Label for #ident #type_generics #where_clause {
            const VALUES: &'static [&'static #private::str] = #values;

            #[inline]
            fn index(&self) -> #private::usize {
                #index
            }
        }
    }
}
