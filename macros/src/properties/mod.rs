//! For any input, no macro panics, and its expansion is valid Rust or contains a `compile_error!`.

mod forms;
mod tokens;
mod valid;

use proc_macro2::{TokenStream, TokenTree};
use proptest::prelude::*;
use quote::quote;
use syn::parse::Parser;

use self::tokens::{mutate, mutations, tokens};
use crate::{business_counter, fault, function, label, labels, metrics, observed, routes};

/// Whether the compiler can parse the expansion, or it reports an error.
fn is_rust_or_error(expanded: &TokenStream) -> bool {
    let text = expanded.to_string();
    // `routes![]` is an expression, everything else items, or what `#[observed]` was put on by mistake.
    let parses = syn::parse2::<syn::File>(expanded.clone()).is_ok()
        || syn::parse2::<syn::Expr>(expanded.clone()).is_ok()
        || syn::Block::parse_within.parse2(expanded.clone()).is_ok();
    !expanded.is_empty() && (parses || text.contains("compile_error"))
}

/// Whether the compiler reports what the attribute is on: a statement, or a function whose body is no Rust.
fn is_told_by_rustc(item: &TokenStream) -> bool {
    let is_item = syn::parse2::<syn::Item>(item.clone()).is_ok();
    function::is_statement(item) || (!is_item && function::item(item).is_ok())
}

/// Items that are nearly functions. Arbitrary tokens alone would rarely get past the parser.
fn nearly_a_function() -> impl Strategy<Value = TokenStream> {
    prop_oneof![
        tokens(),
        tokens().prop_map(|body| quote!(fn f(a: u8) -> Result<u8, E> { #body })),
        tokens().prop_map(|returns| quote!(async fn f(self) -> #returns { a })),
        tokens().prop_map(|inputs| quote!(fn f(#inputs) -> impl Future<Output = u8> { a })),
        tokens().prop_map(|items| quote!(impl S { #[observed(#items)] fn f(&self) {} #items })),
    ]
}

/// Arguments that are nearly valid.
fn arguments() -> impl Strategy<Value = TokenStream> {
    prop_oneof![
        tokens(),
        tokens().prop_map(|fields| quote!(get = "/a", fields(#fields), level = debug)),
        tokens().prop_map(|value| quote!(slo = #value, ok(|value| #value))),
        tokens().prop_map(|bounds| quote!(buckets = [#bounds])),
        tokens().prop_map(|labels| quote!(M::done_total, #labels, on = err)),
        tokens().prop_map(|path| quote!(crate = gs; #path)),
    ]
}

/// Items that are nearly types.
fn nearly_a_type() -> impl Strategy<Value = TokenStream> {
    prop_oneof![
        tokens(),
        tokens().prop_map(|variants| quote!(enum E { #variants })),
        tokens().prop_map(|fields| quote!(struct S { #fields })),
        tokens().prop_map(|generics| quote!(struct S<#generics> { a: u8 })),
        tokens().prop_map(|options| {
            quote! {
                #[label(#options)] #[labels(#options)] #[metrics(#options)] #[fault(#options)]
                enum E { A, #[label(#options)] #[fault(#options)] B(u8) }
            }
        }),
        tokens().prop_map(|options| {
            quote! {
                struct S {
                    /// Help.
                    #[label(#options)] #[metric(#options)]
                    a_total: Counter<#options>,
                }
            }
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_tokens_at_functions(arguments in arguments(), item in nearly_a_function()) {
        for expanded in [
            observed::expand(arguments.clone(), item.clone()),
            business_counter::expand(arguments.clone(), item.clone()),
            routes::expand(arguments),
        ] {
            prop_assert!(is_rust_or_error(&expanded) || is_told_by_rustc(&item), "{expanded}");
        }
    }

    #[test]
    fn random_tokens_at_types(item in nearly_a_type()) {
        for expand in [label::expand, labels::expand, metrics::expand, fault::expand] {
            let expanded = expand(item.clone());
            prop_assert!(is_rust_or_error(&expanded), "{expanded}");
        }
    }

    #[test]
    fn mutated_valid_input(index in 0..valid::ALL.len(), mutations in mutations()) {
        let (expand, input) = valid::ALL[index];
        let input = mutate(input(), &mutations);
        let expanded = valid::expanded(expand, input.clone());
        // The first token has the attribute's arguments, unless it was removed.
        let has_arguments = matches!(input.clone().into_iter().next(), Some(TokenTree::Group(_)));
        let item = input.clone().into_iter().skip(usize::from(has_arguments)).collect();
        prop_assert!(is_rust_or_error(&expanded) || is_told_by_rustc(&item), "{input} becomes {expanded}");
    }
}

#[test]
fn valid_input_is_valid() {
    for (expand, input) in valid::ALL {
        let expanded = valid::expanded(*expand, input()).to_string();
        assert!(!expanded.contains("compile_error"), "{} becomes {expanded}", input());
    }
}
