//! Generates each metric's descriptor, its entry in the catalog, and the struct's `get`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericParam, Generics, Lifetime, TypeParamBound};

use super::kind::{self, Kind};
use super::model::{Buckets, Container, Metric};
use crate::paths::{CratePath, located_at};

pub(crate) fn generate(container: &Container<'_>, metrics: &[Metric<'_>]) -> TokenStream {
    let declarations =
        metrics.iter().enumerate().map(|(number, metric)| declare(container, number, metric));
    let get = get(container, metrics);
    quote! {
        const _: () = {
            #(#declarations)*
            #get
        };
    }
}

/// The `get` of a struct with errors. Uses of it then cause no further errors.
pub(crate) fn fallback(container: &Container<'_>) -> TokenStream {
    let Container { ident, visibility, generics, crate_path, .. } = container;
    let private = crate_path.private(Span::call_site());
    // The metrics live for ever, so other lifetimes would be errors of their own.
    let generics = &everlasting(generics);
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[allow(dead_code, missing_docs)]
        impl #impl_generics #ident #type_generics #where_clause {
            #visibility fn get() -> &'static Self {
                loop {}
            }
        }

        #[automatically_derived]
        impl #impl_generics #private::DerivedMetrics for #ident #type_generics #where_clause {
            fn metrics() -> &'static Self {
                loop {}
            }
        }
    }
}

/// The generics, all of which are `'static`.
fn everlasting(generics: &Generics) -> Generics {
    let everlasting = Lifetime::new("'static", Span::call_site());
    let mut generics = generics.clone();
    for parameter in &mut generics.params {
        match parameter {
            GenericParam::Lifetime(lifetime) => lifetime.bounds.push(everlasting.clone()),
            GenericParam::Type(ty) => ty.bounds.push(TypeParamBound::Lifetime(everlasting.clone())),
            GenericParam::Const(_) => {}
        }
    }
    generics
}

fn get(container: &Container<'_>, metrics: &[Metric<'_>]) -> TokenStream {
    let Container { ident, visibility, crate_path, .. } = container;
    let private = crate_path.private(Span::call_site());
    let fields = metrics.iter().map(|metric| metric.field);
    let binds = metrics.iter().enumerate().map(|(number, metric)| {
        let (as_metric, family) = (as_metric(crate_path, number, metric), family(number));
        let dimensions = dimensions(crate_path, number, metric);
        quote_spanned!(located_at(metric.ty.span())=> #as_metric::bind(&#family, #dimensions))
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

        #[automatically_derived]
        impl #private::DerivedMetrics for #ident {
            fn metrics() -> &'static Self {
                Self::get()
            }
        }
    }
}

fn declare(container: &Container<'_>, number: usize, metric: &Metric<'_>) -> TokenStream {
    let crate_path = &container.crate_path;
    let private = crate_path.private(Span::call_site());
    let Metric { ty, name, help, unit, .. } = metric;
    // The compiler reports an unknown type here as well as in the struct. At the struct's name it suggests the same, and
    // equal errors are one.
    let mut alias = alias(number);
    alias.set_span(container.ident.span());
    let family = family(number);
    let as_metric = as_metric(crate_path, number, metric);
    let dimensions = dimensions(crate_path, number, metric);
    let bounds = bounds(crate_path, number, metric);
    let checks = checks(crate_path, number, metric);
    // A constant, so that a wrong type is one error, although the bounds are checked as well.
    let given = match &metric.buckets {
        Buckets::Given(bounds) => {
            let (name, slice) = (given_bounds(number), bounds.slice());
            Some(quote!(const #name: &[#private::f64] = #slice;))
        }
        _ => None,
    };
    // The source location of the field.
    let location = crate_path.source_location(metric.field.span());
    quote! {
        // An alias, since default type parameters apply in items only: in an expression, `Counter` is not `Counter<()>`.
        type #alias = #ty;
        #given
        #checks
        #private::linked!(family #family = #private::Descriptor {
            name: #name,
            help: #help,
            kind: #as_metric::KIND,
            unit: #unit,
            dimensions: #dimensions.get(),
            bounds: #bounds,
            location: #location,
        });
    }
}

/// The assertions that need the types: how many series the labels can form, and what kind of metric an alias is.
fn checks(crate_path: &CratePath, number: usize, metric: &Metric<'_>) -> TokenStream {
    let span = located_at(metric.ty.span());
    let private = crate_path.private(span);
    let as_metric = as_metric(crate_path, number, metric);
    let dimensions = dimensions(crate_path, number, metric);
    let Metric { name, budget, .. } = metric;
    let too_many = format!(
        "the labels of `{name}` can form more series than its budget of {budget}; use fewer labels or \
         values, or raise the budget: `#[metric(budget = …)]`"
    );
    let kinds = if let Some(kind) = metric.kind {
        let (name, kind) = (kind.name(), variant(kind));
        let message =
            format!("the type `{name}` is an alias of another kind of metric; rename the alias");
        quote_spanned! {span=>
            ::core::assert!(::core::matches!(#as_metric::KIND, #private::Kind::#kind), #message);
        }
    } else {
        let forbidden_kinds = metric.forbidden_kinds.iter().map(|(kind, message)| {
            let kind = variant(*kind);
            quote_spanned! {span=>
                ::core::assert!(!::core::matches!(#as_metric::KIND, #private::Kind::#kind), #message);
            }
        });
        forbidden_kinds.collect()
    };
    let key = matches!(metric.kind, None | Some(Kind::Distinct | Kind::Top)).then(|| {
        let span = labels_span(metric);
        let (private, as_metric) =
            (crate_path.private(span), as_metric_at(crate_path, number, span));
        let name = (metric.kind == Some(Kind::Top)).then(|| {
            let style = quote_spanned!(span=> #as_metric::Style);
            quote_spanned!(span=> let _ = <#as_metric::Key as #private::TopKey<#style>>::IS_NAMED;)
        });
        quote_spanned!(span=> let () = <#as_metric::Key as #private::HashKey>::CHECKED; #name)
    });
    let bounds = match &metric.buckets {
        Buckets::Given(bounds) => bounds.to_validate().map(|span| {
            let given = given_bounds(number);
            let message = "buckets must be 1 to 64 finite numbers, each larger than the one before";
            quote_spanned!(span=> ::core::assert!(#private::buckets::valid(#given), #message);)
        }),
        _ => None,
    };
    quote_spanned! {span=>
        const _: () = {
            ::core::assert!(#private::series(#dimensions.get()) <= #budget, #too_many);
            #kinds
            #key
            #bounds
        };
    }
}

fn bounds(crate_path: &CratePath, number: usize, metric: &Metric<'_>) -> TokenStream {
    let private = crate_path.private(Span::call_site());
    let bounds = match &metric.buckets {
        Buckets::None => return quote!(&[]),
        Buckets::Default(name) => {
            let name = Ident::new(name, Span::call_site());
            quote!(#private::buckets::#name)
        }
        Buckets::Given(_) => given_bounds(number).into_token_stream(),
    };
    if metric.kind.is_some() {
        return bounds;
    }
    let as_metric = as_metric(crate_path, number, metric);
    quote! {
        if ::core::matches!(#as_metric::KIND, #private::Kind::Histogram) { #bounds } else { &[] }
    }
}

/// `<Type as MetricField>`. The compiler reports errors in it at the type.
fn as_metric(crate_path: &CratePath, number: usize, metric: &Metric<'_>) -> TokenStream {
    as_metric_at(crate_path, number, located_at(metric.ty.span()))
}

fn as_metric_at(crate_path: &CratePath, number: usize, span: Span) -> TokenStream {
    let private = crate_path.private(span);
    let mut alias = alias(number);
    alias.set_span(span);
    quote_spanned!(span=> <#alias as #private::MetricField>)
}

/// The location of the labels, or of the key of a `Distinct` or `Top`.
fn labels_span(metric: &Metric<'_>) -> Span {
    let labels = metric.kind.and_then(|_| kind::labels(metric.ty));
    located_at(labels.map_or_else(|| metric.ty.span(), Spanned::span))
}

/// The dimensions of the metric's labels. The compiler reports labels that are none at their type.
fn dimensions(crate_path: &CratePath, number: usize, metric: &Metric<'_>) -> TokenStream {
    let span = labels_span(metric);
    let (private, as_metric) = (crate_path.private(span), as_metric_at(crate_path, number, span));
    quote_spanned!(span=> <#as_metric::Labels as #private::MetricLabels>::DIMENSIONS)
}

fn alias(number: usize) -> Ident {
    format_ident!("__Metric{number}")
}

/// The constant of the bounds that the user gives.
fn given_bounds(number: usize) -> Ident {
    format_ident!("__BOUNDS_{number}")
}

fn family(number: usize) -> Ident {
    format_ident!("__FAMILY_{number}")
}

/// The variant of the runtime's `Kind`.
fn variant(kind: Kind) -> Ident {
    Ident::new(kind.name(), Span::call_site())
}
