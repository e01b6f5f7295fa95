//! Generates one runtime call with the counter from the model. It cannot fail.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ItemFn;
use syn::spanned::Spanned;

use super::model::Model;
use crate::paths::located_at;
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
            quote_spanned!(span=> |#value| #private::IntoVerdict::into_verdict(#verdict))
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
        route: None,
        classify,
    }
    .generate()
}

fn increment(model: &Model) -> TokenStream {
    let private = model.crate_path.private(Span::call_site());
    let (series, on) = (series(model), &model.on);
    let by = model.by.as_ref().map(|by| {
        let span = located_at(by.span());
        let private = model.crate_path.private(span);
        quote_spanned!(span=> #private::Amount::amount(#by))
    });
    let by = by.unwrap_or_else(|| quote!(1));
    let amount = match &model.condition {
        Some(condition) => quote!(if #condition { #by } else { 0 }),
        None => by,
    };
    quote!(#private::increment(#series, #amount, #private::CountOn::#on))
}

/// The series to increment. The compiler reports a struct without `derive(Metrics)` at the struct's name, a field that
/// is no counter and labels that are missing at the field, and labels that do not fit at the labels.
fn series(model: &Model) -> TokenStream {
    let (metrics, field) = (&model.counter.metrics, &model.counter.field);
    let span = located_at(metrics.span());
    let derived = model.crate_path.private(span);
    let metrics = quote_spanned!(span=> <#metrics as #derived::DerivedMetrics>::metrics());
    let span = located_at(field.span());
    let of_field = model.crate_path.private(span);
    // A variable at the field, so that no error about the field underlines the struct, too.
    let mut variable = hygienic_ident("metrics");
    variable.set_span(variable.span().located_at(span));
    let counter = quote_spanned!(span=> #of_field::CounterField::counter(&#variable.#field));
    let series = if let Some(labels) = &model.labels {
        let span = located_at(labels.span());
        let of_labels = model.crate_path.private(span);
        quote_spanned!(span=> (<_ as #of_labels::GivenLabels<'_>>::SERIES)(#counter, #labels))
    } else {
        quote_spanned!(span=> #of_field::NoLabels::series(#counter))
    };
    quote!(match #metrics { #variable => #series })
}
