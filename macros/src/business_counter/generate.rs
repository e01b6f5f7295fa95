//! How is it written? One runtime call with the counter.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ItemFn;
use syn::spanned::Spanned;

use super::model::Model;
use crate::wrap::{self, Wrapped, hidden};

pub(super) fn generate(model: &Model, function: &ItemFn) -> TokenStream {
    let private = model.runtime.private(Span::call_site());
    let head = increment(model);
    let span = wrap::return_span(&function.sig);
    let judge = {
        let private = model.runtime.private(span);
        if wrap::diverges(&function.sig) {
            quote!(|_| #private::never())
        } else {
            let value = hidden("value");
            let verdict = wrap::verdict(&value, span, &private);
            quote_spanned!(span=> |#value| #private::conclude(#verdict))
        }
    };
    let ItemFn { attrs, vis, sig, block, .. } = function;
    Wrapped {
        attributes: attrs,
        visibility: vis,
        signature: sig,
        block,
        // The head reads what the patterns bind.
        shared: true,
        private,
        head,
        fields: TokenStream::new(),
        // The labels are read from the arguments, when the future is polled first.
        lazy: false,
        judge,
    }
    .generate()
}

fn increment(model: &Model) -> TokenStream {
    let private = model.runtime.private(Span::call_site());
    let (metrics, field) = (&model.metric.metrics, &model.metric.field);
    let counter = quote_spanned!(field.span()=> &<#metrics>::get().#field);
    // Where there are none, that is shown at the counter if it has labels.
    let none = || quote_spanned!(field.span()=> ());
    let labels = model.labels.as_ref().map_or_else(none, |labels| quote!(#labels));
    let by = model.by.as_ref().map(|by| {
        let private = model.runtime.private(by.span());
        quote_spanned!(by.span()=> #private::amount(#by))
    });
    let by = by.unwrap_or_else(|| quote!(1));
    let amount = match &model.condition {
        Some(condition) => quote!(if #condition { #by } else { 0 }),
        None => by,
    };
    let on = &model.on;
    quote!(#private::increment(#counter, #labels, #amount, #private::On::#on))
}
