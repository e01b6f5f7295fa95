//! Generates one runtime call with the counter from the model. It cannot fail.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ItemFn};

use super::model::Model;
use crate::paths::{CratePath, located_at};
use crate::wrap::{self, EntryFields, Wrapper, hygienic_ident};

pub(super) fn generate(model: &Model, function: &ItemFn) -> TokenStream {
    let crate_path = model.crate_path.in_body();
    let begin = increment(model, function, &crate_path);
    let span = wrap::return_span(&function.sig);
    let classify = {
        let private = crate_path.private(span);
        if wrap::diverges(&function.sig) {
            quote!(|_| #private::never())
        } else {
            let value = hygienic_ident("value");
            let verdict = wrap::verdict(&value, span);
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
        crate_path: &model.crate_path,
        items: TokenStream::new(),
        begin,
        fields: EntryFields::default(),
        // `begin` reads labels from the arguments.
        begin_is_lazy: false,
        route: None,
        classify,
    }
    .generate()
}

fn increment(model: &Model, function: &ItemFn, crate_path: &CratePath) -> TokenStream {
    let private = crate_path.private(Span::call_site());
    let checked = |expression: &Expr| {
        wrap::checked_moves(expression, &function.sig, &function.block, crate_path)
    };
    let labels = model.labels.as_ref().map(|labels| (checked(labels), labels.span()));
    let (series, on) = (series(model, labels, crate_path), &model.on);
    let by = model.by.as_ref().map(|by| {
        let by = checked(by);
        let span = located_at(by.span());
        let private = crate_path.private(span);
        quote_spanned!(span=> #private::Amount::amount(#by))
    });
    let by = by.unwrap_or_else(|| quote!(1));
    let amount = match model.condition.as_ref().map(checked) {
        Some(condition) => quote!(if #condition { #by } else { 0 }),
        None => by,
    };
    quote!(#private::increment(#series, #amount, #private::CountOn::#on))
}

/// The series to increment. The compiler reports a struct without `derive(Metrics)` at the struct's name, a field that
/// is no counter and labels that are missing at the field, and labels that do not fit at the labels.
fn series(model: &Model, labels: Option<(Expr, Span)>, crate_path: &CratePath) -> TokenStream {
    let (metrics, field) = (&model.counter.metrics, &model.counter.field);
    let span = located_at(metrics.span());
    let derived = crate_path.private(span);
    let metrics = quote_spanned!(span=> <#metrics as #derived::DerivedMetrics>::metrics());
    let span = located_at(field.span());
    let of_field = crate_path.private(span);
    // A variable at the field, so that no error about the field underlines the struct, too.
    let mut variable = hygienic_ident("metrics");
    variable.set_span(variable.span().located_at(span));
    let counter = quote_spanned!(span=> #of_field::CounterField::counter(&#variable.#field));
    let series = if let Some((labels, span)) = labels {
        let span = located_at(span);
        let of_labels = crate_path.private(span);
        quote_spanned!(span=> (<_ as #of_labels::GivenLabels<'_>>::SERIES)(#counter, #labels))
    } else {
        quote_spanned!(span=> #of_field::NoLabels::series(#counter))
    };
    quote!(match #metrics { #variable => #series })
}
