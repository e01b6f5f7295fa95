//! Writes the implementations of `Fault` and `IntoResponse`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Generics, parse_quote};

use super::arms;
use super::model::{Case, Class, Head};

pub(crate) fn generate(head: &Head<'_>, cases: &[Case<'_>]) -> TokenStream {
    let private = head.runtime.private(Span::call_site());
    let runtime = &head.runtime;
    let error_type = matched(cases, |case| arms::error_type(runtime, case));
    let status = matched(cases, |case| arms::status(runtime, case));
    let blame = cases.iter().any(arms::states_blame).then(|| {
        let blame = matched(cases, |case| arms::blame(runtime, case));
        quote! {
            fn blame(&self) -> #private::Blame {
                #blame
            }
        }
    });
    let methods = Methods { kinds: arms::kinds(runtime, cases), error_type, status, blame };
    let implementation = implementation(head, &bounded(head, cases), &methods);
    let response = response(head, bounded(head, cases));
    let checks = cases.iter().filter_map(|case| arms::check(runtime, case));
    quote! {
        #implementation
        #response
        #(#checks)*
    }
}

/// Stands in where the derive is at fault, so that uses of the type are no faults too.
pub(crate) fn fallback(head: &Head<'_>) -> TokenStream {
    let private = head.runtime.private(Span::call_site());
    let methods = Methods {
        kinds: quote!(&[]),
        error_type: quote!(""),
        status: quote!(#private::None),
        blame: None,
    };
    let implementation = implementation(head, head.generics, &methods);
    let response = response(head, head.generics.clone());
    quote!(#implementation #response)
}

/// The bodies of the trait's items.
struct Methods {
    kinds: TokenStream,
    error_type: TokenStream,
    status: TokenStream,
    blame: Option<TokenStream>,
}

fn implementation(head: &Head<'_>, generics: &Generics, methods: &Methods) -> TokenStream {
    let private = head.runtime.private(Span::call_site());
    let ident = head.ident;
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

fn response(head: &Head<'_>, mut generics: Generics) -> Option<TokenStream> {
    let response = head.response?;
    let private = head.runtime.private(Span::call_site());
    let ident = head.ident;
    let is_generic = generics.type_params().next().is_some();
    let (_, type_generics, _) = head.generics.split_for_impl();
    let (answer, shown) = if response.detail {
        (quote!(problem_with_detail), quote!(+ #private::Display))
    } else {
        (quote!(problem), TokenStream::new())
    };
    if is_generic {
        let own: syn::WherePredicate = parse_quote!(#ident #type_generics: #private::Fault #shown);
        generics.make_where_clause().predicates.push(own);
    }
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    Some(quote! {
        #[automatically_derived]
        impl #impl_generics #private::IntoResponse for #ident #type_generics #where_clause {
            fn into_response(self) -> #private::Response {
                #private::#answer(&self)
            }
        }
    })
}

fn matched(cases: &[Case<'_>], arm: impl Fn(&Case<'_>) -> TokenStream) -> TokenStream {
    if cases.is_empty() {
        // An enum without variants has no value to match.
        return quote!(match *self {});
    }
    let arms = cases.iter().map(arm);
    quote!(match self { #(#arms,)* })
}

/// What a transparent case wraps must be a fault; where the type has no parameters, the compiler says so at
/// the field.
fn bounded(head: &Head<'_>, cases: &[Case<'_>]) -> Generics {
    let mut generics = head.generics.clone();
    if generics.type_params().next().is_none() {
        return generics;
    }
    let private = head.runtime.private(Span::call_site());
    for case in cases {
        if let Class::Transparent { ty, .. } = &case.class {
            let bound: syn::WherePredicate = parse_quote!(#ty: #private::Fault);
            generics.make_where_clause().predicates.push(bound);
        }
    }
    generics
}
