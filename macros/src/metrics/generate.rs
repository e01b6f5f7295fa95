//! Writes a metric's descriptor, its entry in the catalog, and the struct's `get`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::kind::Kind;
use super::model::{Buckets, Head, Metric};
use crate::paths::{Runtime, at};

pub(crate) fn generate(head: &Head<'_>, metrics: &[Metric<'_>]) -> TokenStream {
    let declarations =
        metrics.iter().enumerate().map(|(number, metric)| declare(&head.runtime, number, metric));
    let get = get(head, metrics);
    quote! {
        const _: () = {
            #(#declarations)*
            #get
        };
    }
}

/// Stands in where the derive is at fault, so that uses of `get` are no faults too.
pub(crate) fn fallback(head: &Head<'_>) -> TokenStream {
    let Head { ident, visibility, generics, .. } = head;
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[allow(dead_code, missing_docs)]
        impl #impl_generics #ident #type_generics #where_clause {
            #visibility fn get() -> &'static Self {
                loop {}
            }
        }
    }
}

fn get(head: &Head<'_>, metrics: &[Metric<'_>]) -> TokenStream {
    let Head { ident, visibility, runtime, .. } = head;
    let private = runtime.private(Span::call_site());
    let fields = metrics.iter().map(|metric| metric.field);
    let binds = metrics.iter().enumerate().map(|(number, metric)| {
        let (at_type, family) = (asked(runtime, number, metric), family(number));
        quote_spanned!(at(metric.ty.span())=> #at_type::bind(&#family))
    });
    quote! {
        #[automatically_derived]
        impl #ident {
            /// The metrics of this struct, which count into the ambient registry.
            #[allow(dead_code)]
            #[must_use]
            #visibility fn get() -> &'static Self {
                static METRICS: #private::OnceLock<#ident> = #private::OnceLock::new();
                METRICS.get_or_init(|| Self { #(#fields: #binds,)* })
            }
        }
    }
}

fn declare(runtime: &Runtime, number: usize, metric: &Metric<'_>) -> TokenStream {
    let private = runtime.private(Span::call_site());
    let Metric { ty, name, help, unit, .. } = metric;
    let alias = alias(number);
    let family = family(number);
    let at_type = asked(runtime, number, metric);
    let bounds = bounds(runtime, number, metric);
    let checks = checks(runtime, number, metric);
    // The line of the field: a token's own span, not one of the expansion, says where it stands.
    let location = runtime.here(metric.field.span());
    quote! {
        // An item, as in the body of a constant `Counter` would not mean `Counter<()>`.
        type #alias = #ty;
        #checks
        #private::linked!(family #family = #private::Descriptor {
            name: #name,
            help: #help,
            kind: #at_type::KIND,
            unit: #unit,
            dimensions: #at_type::DIMENSIONS,
            bounds: #bounds,
            location: #location,
        });
    }
}

/// What only the compiler knows: how many series the labels span, and what an alias is.
fn checks(runtime: &Runtime, number: usize, metric: &Metric<'_>) -> TokenStream {
    let span = at(metric.ty.span());
    let private = runtime.private(span);
    let at_type = asked(runtime, number, metric);
    let Metric { name, budget, .. } = metric;
    let too_many = format!(
        "the labels of `{name}` span more than {budget} series, its budget; use fewer labels or values, \
         or state a larger one: `#[metric(budget = …)]`"
    );
    let kinds = if let Some(kind) = metric.kind {
        let (name, kind) = (kind.name(), variant(kind));
        let message = format!(
            "this `{name}` is another kind of metric under that name; call the alias otherwise"
        );
        quote_spanned! {span=>
            ::core::assert!(::core::matches!(#at_type::KIND, #private::Kind::#kind), #message);
        }
    } else {
        let objections = metric.objections.iter().map(|(kind, message)| {
            let kind = variant(*kind);
            quote_spanned! {span=>
                ::core::assert!(!::core::matches!(#at_type::KIND, #private::Kind::#kind), #message);
            }
        });
        objections.collect()
    };
    let constant = match &metric.buckets {
        Buckets::Constant(expression) => {
            let span = at(expression.span());
            let message = "a histogram's buckets are 1 to 64 finite numbers in ascending order";
            quote_spanned!(span=> ::core::assert!(#private::buckets::valid(#expression), #message);)
        }
        _ => TokenStream::new(),
    };
    quote_spanned! {span=>
        const _: () = {
            ::core::assert!(#private::series(#at_type::DIMENSIONS) <= #budget, #too_many);
            #kinds
            #constant
        };
    }
}

fn bounds(runtime: &Runtime, number: usize, metric: &Metric<'_>) -> TokenStream {
    let private = runtime.private(Span::call_site());
    let bounds = match &metric.buckets {
        Buckets::Absent => return quote!(&[]),
        Buckets::Default(name) => {
            let name = Ident::new(name, Span::call_site());
            quote!(#private::buckets::#name)
        }
        Buckets::Given(bounds) => quote!(&[#(#bounds),*]),
        Buckets::Constant(expression) => quote!(#expression),
    };
    if metric.kind.is_some() {
        return bounds;
    }
    let at_type = asked(runtime, number, metric);
    quote! {
        if ::core::matches!(#at_type::KIND, #private::Kind::Histogram) { #bounds } else { &[] }
    }
}

/// `<the type as Metric>`, of which a fault is shown at the type.
fn asked(runtime: &Runtime, number: usize, metric: &Metric<'_>) -> TokenStream {
    let span = at(metric.ty.span());
    let private = runtime.private(span);
    let mut alias = alias(number);
    alias.set_span(span);
    quote_spanned!(span=> <#alias as #private::Metric>)
}

fn alias(number: usize) -> Ident {
    format_ident!("__Metric{number}")
}

fn family(number: usize) -> Ident {
    format_ident!("__FAMILY_{number}")
}

fn variant(kind: Kind) -> Ident {
    Ident::new(kind.name(), Span::call_site())
}
