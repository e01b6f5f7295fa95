//! An option in a wrong form is one error, which names the option.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{business_counter, label, observed};

/// What no option can have behind its name.
const WRONG: &[&str] = &["[1 2]", "=> x", ": x", "x y", "=", "= = 1", "= 1 2"];

fn assert_one_error(key: &str, wrong: &str, expanded: &TokenStream) {
    let text = expanded.to_string();
    assert_eq!(text.matches("compile_error").count(), 1, "{key} {wrong}: {text}");
    assert!(text.contains(&format!("`{key}")), "{key} {wrong}: {text}");
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("tokens")
}

#[test]
fn options_of_observed() {
    for key in observed::OPTIONS {
        for wrong in WRONG {
            let options = tokens(&format!("{key} {wrong}"));
            assert_one_error(
                key,
                wrong,
                &observed::expand(
                    options,
                    quote!(
                        fn f() {}
                    ),
                ),
            );
        }
    }
}

#[test]
fn options_of_business_counter() {
    for key in ["on", "by", "if", "crate"] {
        for wrong in WRONG {
            let options = tokens(&format!("M::done_total, {key} {wrong}"));
            assert_one_error(
                key,
                wrong,
                &business_counter::expand(
                    options,
                    quote!(
                        fn f() {}
                    ),
                ),
            );
        }
    }
}

#[test]
fn options_of_derives() {
    for wrong in WRONG {
        let item = tokens(&format!("enum E {{ #[label(rename {wrong})] A }}"));
        assert_one_error("rename", wrong, &label::expand(item));
    }
}

#[test]
fn nothing_is_ignored() {
    for options in [
        "long, \"x\"",
        "name = \"a\", \"b\"",
        "get, 1",
        ", long",
        "long, , name = \"a\"",
        "\"x\" long",
    ] {
        let expanded = observed::expand(
            tokens(options),
            quote!(
                fn f() {}
            ),
        )
        .to_string();
        assert!(expanded.contains("compile_error"), "{options}: {expanded}");
    }
}
