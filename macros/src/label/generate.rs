//! Writes the implementation of `Label`.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::model::{Head, Value};

pub(crate) fn generate(head: &Head<'_>, values: &[Value<'_>]) -> TokenStream {
    let texts = values.iter().map(|value| &value.text);
    let variants = values.iter().map(|value| value.variant);
    let indices = 0..values.len();
    implementation(
        head,
        &quote!(&[#(#texts),*]),
        &quote!(match self { #(Self::#variants => #indices,)* }),
    )
}

/// Stands in where the derive is at fault, so that uses of the type are no faults too.
pub(crate) fn fallback(head: &Head<'_>) -> TokenStream {
    implementation(head, &quote!(&["_"]), &quote!(0))
}

fn implementation(head: &Head<'_>, values: &TokenStream, index: &TokenStream) -> TokenStream {
    let Head { ident, generics, runtime } = head;
    let private = runtime.private(Span::call_site());
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
