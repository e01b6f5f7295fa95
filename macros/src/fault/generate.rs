//! Generates the implementations of `Fault` and `IntoResponse`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Generics, parse_quote};

use super::arms;
use super::model::{Case, Classification, Container};
use crate::paths::located_at;

pub(crate) fn generate(container: &Container<'_>, cases: &[Case<'_>]) -> TokenStream {
    let private = container.crate_path.private(Span::call_site());
    let crate_path = &container.crate_path;
    let error_type = match_self(cases, |case| arms::error_type(crate_path, case));
    let status = match_self(cases, |case| arms::status(crate_path, case));
    let blame = cases.iter().any(arms::needs_blame_method).then(|| {
        let blame = match_self(cases, |case| arms::blame(crate_path, case));
        quote! {
            fn blame(&self) -> #private::Blame {
                #blame
            }
        }
    });
    let methods = Methods { kinds: arms::kinds(crate_path, cases), error_type, status, blame };
    let implementation = implementation(container, &with_fault_bounds(container, cases), &methods);
    let response = response(container, with_fault_bounds(container, cases));
    let checks = cases.iter().filter_map(|case| arms::check(crate_path, case));
    quote! {
        #implementation
        #response
        #(#checks)*
    }
}

/// The implementations for a type with errors. Uses of the type then cause no further errors.
pub(crate) fn fallback(container: &Container<'_>) -> TokenStream {
    let private = container.crate_path.private(Span::call_site());
    let methods = Methods {
        kinds: quote!(&[]),
        error_type: quote!(""),
        status: quote!(#private::None),
        blame: None,
    };
    let implementation = implementation(container, container.generics, &methods);
    let response = response(container, container.generics.clone());
    quote!(#implementation #response)
}

/// The bodies of the trait's items.
struct Methods {
    kinds: TokenStream,
    error_type: TokenStream,
    status: TokenStream,
    blame: Option<TokenStream>,
}

fn implementation(
    container: &Container<'_>,
    generics: &Generics,
    methods: &Methods,
) -> TokenStream {
    let private = container.crate_path.private(Span::call_site());
    let ident = container.ident;
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let Methods { kinds, error_type, status, blame } = methods;
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #private::Fault for #ident #type_generics #where_clause {
            const KINDS: &'static [#private::FaultKind] = #kinds;

            fn error_type(&self) -> &'static #private::str {
                #error_type
            }

            fn status(&self) -> #private::Option<#private::u16> {
                #status
            }

            #blame
        }
    }
}

fn response(container: &Container<'_>, mut generics: Generics) -> Option<TokenStream> {
    let response = container.response?;
    let span = located_at(response.span);
    let private = container.crate_path.private(span);
    let ident = container.ident;
    let is_generic = generics.type_params().next().is_some();
    let (_, type_generics, _) = container.generics.split_for_impl();
    let (into_response, display_bound) = if response.detail {
        (quote_spanned!(span=> problem_with_detail), quote!(+ #private::Display))
    } else {
        (quote_spanned!(span=> problem), TokenStream::new())
    };
    if is_generic {
        let own: syn::WherePredicate =
            parse_quote!(#ident #type_generics: #private::Fault #display_bound);
        generics.make_where_clause().predicates.push(own);
    }
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    Some(quote_spanned! {span=>
        #[automatically_derived]
        impl #impl_generics #private::IntoResponse for #ident #type_generics #where_clause {
            fn into_response(self) -> #private::Response {
                #private::#into_response(&self)
            }
        }
    })
}

fn match_self(cases: &[Case<'_>], arm: impl Fn(&Case<'_>) -> TokenStream) -> TokenStream {
    if cases.is_empty() {
        // An enum without variants has no value to match.
        return quote!(match *self {});
    }
    let arms = cases.iter().map(arm);
    quote!(match self { #(#arms,)* })
}

/// The generics, with a bound that the field of each transparent case is a `Fault`. A type without parameters needs no
/// bounds: the compiler reports a field that is not a `Fault` at its type.
fn with_fault_bounds(container: &Container<'_>, cases: &[Case<'_>]) -> Generics {
    let mut generics = container.generics.clone();
    if generics.type_params().next().is_none() {
        return generics;
    }
    let private = container.crate_path.private(Span::call_site());
    for case in cases {
        if let Classification::Transparent { ty, .. } = &case.classification {
            let bound: syn::WherePredicate = parse_quote!(#ty: #private::Fault);
            generics.make_where_clause().predicates.push(bound);
        }
    }
    generics
}
