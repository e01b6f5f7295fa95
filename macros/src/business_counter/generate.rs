//! How is it written? One runtime call with the counter.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ItemFn;
use syn::spanned::Spanned;

use super::model::Model;
use crate::wrap::{self, hidden};

pub(super) fn generate(model: &Model, function: &ItemFn) -> TokenStream {
    let private = model.runtime.private(Span::call_site());
    let head = increment(model);
    let span = wrap::return_span(&function.sig);
    let judge = {
        let private = model.runtime.private(span);
        let value = hidden("value");
        let verdict = wrap::verdict(&value, span, &private);
        quote!(|#value| #verdict)
    };
    let body = wrap::body(&function.sig, &function.block, &head, &judge, &private);
    let ItemFn { attrs, vis, sig, .. } = function;
    quote!(#(#attrs)* #vis #sig #body)
}

fn increment(model: &Model) -> TokenStream {
    let private = model.runtime.private(Span::call_site());
    let (metrics, field) = (&model.metric.metrics, &model.metric.field);
    let counter = quote_spanned!(field.span()=> &<#metrics>::get().#field);
    let labels = match &model.labels {
        Some(labels) => quote!(#labels),
        // Shown at the counter when it has labels.
        None => quote_spanned!(field.span()=> ()),
    };
    let by = match &model.by {
        Some(by) => {
            let private = model.runtime.private(by.span());
            quote_spanned!(by.span()=> #private::amount(#by))
        }
        None => quote!(1),
    };
    let amount = match &model.condition {
        Some(condition) => quote!(if #condition { #by } else { 0 }),
        None => by,
    };
    let on = &model.on;
    quote!(#private::increment(#counter, #labels, #amount, #private::On::#on))
}
