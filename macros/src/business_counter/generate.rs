//! Generates one runtime call with the counter from the model. It cannot fail.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ItemFn;
use syn::spanned::Spanned;

use super::model::Model;
use crate::wrap::{self, Wrapper, hygienic_ident};

pub(super) fn generate(model: &Model, function: &ItemFn) -> TokenStream {
    let private = model.crate_path.private(Span::call_site());
    let begin = increment(model);
    let span = wrap::return_span(&function.sig);
    let classify = {
        let private = model.crate_path.private(span);
        if wrap::diverges(&function.sig) {
            quote!(|_| #private::never())
        } else {
            let value = hygienic_ident("value");
            let verdict = wrap::verdict(&value, span, &private);
            quote_spanned!(span=> |#value| #private::into_verdict(#verdict))
        }
    };
    let ItemFn { attrs, vis, sig, block, .. } = function;
    Wrapper {
        attributes: attrs,
        visibility: vis,
        signature: sig,
        block,
        other_macros_follow: false,
        private,
        begin,
        fields: TokenStream::new(),
        // `begin` reads labels from the arguments.
        begin_is_lazy: false,
        classify,
    }
    .generate()
}

fn increment(model: &Model) -> TokenStream {
    let private = model.crate_path.private(Span::call_site());
    let (metrics, field) = (&model.counter.metrics, &model.counter.field);
    let counter = quote_spanned!(field.span()=> &<#metrics>::get().#field);
    // If the counter has labels but the attribute gives none, the compiler reports that at the counter.
    let none = || quote_spanned!(field.span()=> ());
    let labels = model.labels.as_ref().map_or_else(none, |labels| quote!(#labels));
    let by = model.by.as_ref().map(|by| {
        let private = model.crate_path.private(by.span());
        quote_spanned!(by.span()=> #private::amount(#by))
    });
    let by = by.unwrap_or_else(|| quote!(1));
    let amount = match &model.condition {
        Some(condition) => quote!(if #condition { #by } else { 0 }),
        None => by,
    };
    let on = &model.on;
    quote!(#private::increment(#counter, #labels, #amount, #private::CountOn::#on))
}
