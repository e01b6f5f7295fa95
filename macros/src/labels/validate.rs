//! What a set of labels may look like.

use std::collections::HashSet;

use quote::ToTokens;
use syn::{GenericParam, LitInt};

use super::model::{Head, Label};
use super::parse::Written;
use crate::diagnostics::Errors;
use crate::names;
use crate::secrets::secret_name;

/// The most values that one label may have; also what a family may hold unless it states its own budget.
const MOST: usize = 10_000;

pub(crate) fn validate<'a>(
    head: &Head<'_>,
    fields: Vec<Written<'a>>,
    errors: &mut Errors,
) -> Vec<Label<'a>> {
    refuse_generics(head, errors);
    let mut seen = HashSet::new();
    fields.into_iter().filter_map(|field| label(field, &mut seen, errors)).collect()
}

fn refuse_generics(head: &Head<'_>, errors: &mut Errors) {
    let mut lifetimes = 0;
    for parameter in &head.generics.params {
        match parameter {
            GenericParam::Lifetime(lifetime) => {
                lifetimes += 1;
                if lifetimes == 2 {
                    let message = "one lifetime is enough: all borrowed labels live equally long";
                    errors.add(&lifetime.lifetime, message);
                }
            }
            other => errors.add(
                other,
                "a label set is one set: it takes no parameters but one lifetime; \
                 write a struct for each",
            ),
        }
    }
}

fn label<'a>(
    written: Written<'a>,
    seen: &mut HashSet<String>,
    errors: &mut Errors,
) -> Option<Label<'a>> {
    let Written { field, rename, budget } = written;
    // A struct with named fields has them.
    let ident = field.ident.as_ref()?;
    let (name, place) = match rename {
        Some(text) => (text.value(), text.to_token_stream()),
        None => (names::plain(ident), ident.to_token_stream()),
    };
    if let Some(fault) = names::label_fault(&name) {
        errors.add(&place, format_args!("{fault}{}", remedy(&name)));
    } else if !seen.insert(name.clone()) {
        errors.add(&place, format_args!("the label `{name}` is named twice; rename one"));
    }
    // A label without a budget has a finite domain, which is in the source for all to read.
    if let Some((_, word)) = secret_name(&name).filter(|_| budget.is_some()) {
        errors.add(
            place,
            format_args!(
                "the label `{name}` looks secret (`{word}`), and every scrape would tell its values; give it a \
                 type with a finite domain by `#[derive(Label)]`, or rename it if it is no secret"
            ),
        );
    }
    let budget = budget.and_then(|(literal, budget)| within(&literal, budget, errors));
    Some(Label { field: ident, ty: &field.ty, name, budget })
}

/// The field need not be called like the label.
fn remedy(name: &str) -> &'static str {
    if name.is_empty() { "" } else { " (`#[label(rename = \"…\")]` leaves the field its name)" }
}

fn within(literal: &LitInt, budget: usize, errors: &mut Errors) -> Option<usize> {
    if budget == 0 {
        errors.add(literal, "a budget of 0 folds every value to `_OTHER`; remove the label");
        None
    } else if budget > MOST {
        errors.add(
            literal,
            format_args!(
                "a label holds at most {MOST} values; what has more belongs into logs, \
                 such as `fields(user_id = hash(..))`"
            ),
        );
        None
    } else {
        Some(budget)
    }
}
