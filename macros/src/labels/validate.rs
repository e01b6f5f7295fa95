//! Validates a set of labels.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{GenericParam, LitInt};

use super::model::{Container, Label};
use super::parse::RawField;
use crate::diagnostics::Errors;
use crate::names;
use crate::secrets::secret_name;

/// The largest budget of a label. It is also the default budget of a metric.
const MAX_BUDGET: usize = 10_000;

pub(crate) fn validate<'a>(
    container: &Container<'_>,
    fields: Vec<RawField<'a>>,
    errors: &mut Errors,
) -> Vec<Label<'a>> {
    refuse_generics(container, errors);
    let mut seen = HashSet::new();
    fields.into_iter().filter_map(|field| label(field, &mut seen, errors)).collect()
}

fn refuse_generics(container: &Container<'_>, errors: &mut Errors) {
    let mut lifetimes = 0;
    for parameter in &container.generics.params {
        match parameter {
            GenericParam::Lifetime(lifetime) => {
                lifetimes += 1;
                if lifetimes == 2 {
                    let message = "a `Labels` struct can have only one lifetime; use it for all borrowed labels";
                    errors.add(&lifetime.lifetime, message);
                }
            }
            other => errors.add(
                other,
                "a `Labels` struct can have one lifetime, but no other generic parameter; write a \
                 struct for each set of labels",
            ),
        }
    }
}

fn label<'a>(
    raw: RawField<'a>,
    seen: &mut HashSet<String>,
    errors: &mut Errors,
) -> Option<Label<'a>> {
    let RawField { field, rename, budget } = raw;
    // The fields are named: `parse` refuses others.
    let ident = field.ident.as_ref()?;
    let (name, culprit) = match rename {
        Some(text) => (text.value(), text.to_token_stream()),
        None => (names::text_of(ident), ident.to_token_stream()),
    };
    let is_new = seen.insert(name.clone());
    // A label without a budget has a finite set of values, which are in the source code and so not secret.
    let secret = secret(&name, &culprit, ident).filter(|_| budget.is_some());
    if let Some((name, word, culprit)) = secret {
        errors.add(
            culprit,
            format_args!(
                "the label `{name}` looks like a secret (`{word}`), and its values would be in every scrape; give it \
                 a type with a finite set of values by `#[derive(Label)]`, or rename it if it is not a secret"
            ),
        );
    } else if let Some(error) = names::label_name_error(&name) {
        errors.add(&culprit, format_args!("{error}{}", rename_hint(&name)));
    } else if !is_new {
        errors.add(&culprit, format_args!("another label has the name `{name}`; rename one"));
    }
    let budget = budget.and_then(|(literal, budget)| checked_budget(&literal, budget, errors));
    Some(Label { field: ident, ty: &field.ty, name, budget })
}

/// The name of the label or of its field that looks like a secret, the word that it matches, and where it is.
fn secret(
    name: &str,
    culprit: &TokenStream,
    ident: &Ident,
) -> Option<(String, &'static str, TokenStream)> {
    let field = names::text_of(ident);
    if let Some((_, word)) = secret_name(name) {
        return Some((name.to_owned(), word, culprit.clone()));
    }
    let (_, word) = secret_name(&field)?;
    Some((field, word, ident.to_token_stream()))
}

/// The hint that the label's name may differ from the field's.
fn rename_hint(name: &str) -> &'static str {
    if name.is_empty() {
        ""
    } else {
        " (`#[label(rename = \"…\")]` changes the label's name only)"
    }
}

fn checked_budget(literal: &LitInt, budget: usize, errors: &mut Errors) -> Option<usize> {
    if budget == 0 {
        errors.add(literal, "a budget of 0 folds every value to `_OTHER`; remove the label");
        None
    } else if budget > MAX_BUDGET {
        errors.add(
            literal,
            format_args!(
                "a label can have at most {MAX_BUDGET} values; log the value instead, for example as \
                 `fields(user_id = hash(..))`"
            ),
        );
        None
    } else {
        Some(budget)
    }
}
