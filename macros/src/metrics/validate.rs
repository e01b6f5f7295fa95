//! Validates metrics.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::LitStr;

use super::kind::Kind;
use super::model::{Buckets, Container, Metric};
use super::parse::RawField;
use super::rules::{self, Culprit};
use crate::buckets::{self, Sign};
use crate::diagnostics::Errors;
use crate::help::help;
use crate::names;
use crate::units;

/// Equal to `goldsignal::declare::family::DEFAULT_BUDGET`.
const DEFAULT_BUDGET: usize = 10_000;

pub(crate) fn validate<'a>(
    container: &Container<'_>,
    fields: Vec<RawField<'a>>,
    errors: &mut Errors,
) -> Vec<Metric<'a>> {
    if !container.generics.params.is_empty() {
        let message =
            "a `Metrics` struct cannot be generic: its metrics exist once in the whole program";
        errors.add(container.generics, message);
    }
    let mut seen = HashSet::new();
    fields.into_iter().filter_map(|field| metric(container, field, &mut seen, errors)).collect()
}

fn metric<'a>(
    container: &Container<'_>,
    raw: RawField<'a>,
    seen: &mut HashSet<String>,
    errors: &mut Errors,
) -> Option<Metric<'a>> {
    // The fields are named: `parse` refuses others.
    let field = raw.field.ident.as_ref()?;
    let ty = &raw.field.ty;
    let (own_name, name_tokens) = match &raw.name {
        Some(text) => (text.value(), text.to_token_stream()),
        None => (names::text_of(field), field.to_token_stream()),
    };
    let name = container.prefix.clone() + &own_name;
    if raw.name.as_ref().is_some_and(|text| text.value().is_empty()) {
        errors.add(&raw.name, "a metric needs a name; remove `name` to use the field's");
    }
    let help = help_text(&raw, &name, errors);
    let unit = unit(raw.unit.as_ref(), &name, errors);
    let has_buckets_option = raw.buckets.get().is_some();
    let buckets = match raw.buckets.get() {
        Some(expression) => Buckets::Given(buckets::parse(expression, sign_of(&unit), errors)),
        None => Buckets::default_for(&unit),
    };
    let kind = Kind::of(ty);
    let forbidden_kinds = match names::metric_name_error(&name) {
        // The rules of the kind assume a valid name.
        Some(error) => {
            errors.add(&name_tokens, error);
            Vec::new()
        }
        None if !seen.insert(name.clone()) => {
            errors.add(
                &name_tokens,
                format_args!("another metric has the name `{name}`; rename one"),
            );
            Vec::new()
        }
        None => {
            let violation = |kind| {
                rules::violation(kind, &name, &own_name, &unit, &buckets, has_buckets_option)
            };
            let tokens_of = |culprit| match culprit {
                Culprit::Name => name_tokens.clone(),
                Culprit::Buckets => {
                    raw.buckets.key().map_or(name_tokens.clone(), ToTokens::to_token_stream)
                }
            };
            forbidden_kinds(kind, violation, tokens_of, errors)
        }
    };
    let budget = match raw.budget {
        Some((literal, 0)) => {
            errors.add(&literal, "a budget of 0 leaves no series; remove the metric");
            0
        }
        Some((_, budget)) => budget,
        None => DEFAULT_BUDGET,
    };
    let buckets = match kind {
        Some(Kind::Counter | Kind::Gauge) => Buckets::None,
        _ => buckets,
    };
    Some(Metric { field, ty, kind, name, help, unit, buckets, budget, forbidden_kinds })
}

/// Reports the rule that a metric of this kind breaks. If the kind is not known, returns the kinds that would break one:
/// the expansion asserts that the type is none of them.
fn forbidden_kinds(
    kind: Option<Kind>,
    violation: impl Fn(Kind) -> Option<(Culprit, String)>,
    tokens_of: impl Fn(Culprit) -> TokenStream,
    errors: &mut Errors,
) -> Vec<(Kind, String)> {
    let Some(kind) = kind else {
        let all = Kind::ALL.into_iter();
        return all.filter_map(|kind| Some((kind, violation(kind)?.1))).collect();
    };
    if let Some((culprit, message)) = violation(kind) {
        errors.add(tokens_of(culprit), message);
    }
    Vec::new()
}

fn help_text(raw: &RawField<'_>, name: &str, errors: &mut Errors) -> String {
    let text = match &raw.help {
        Some(text) => text.value(),
        None => help(&raw.field.attrs),
    };
    if text.trim().is_empty() {
        let message = format!(
            "`{name}` has no help text; say in a doc comment what it measures: `/// …`, or in \
             `#[metric(help = \"…\")]`"
        );
        match &raw.help {
            Some(help) => errors.add(help, message),
            None => errors.add(&raw.field.ident, message),
        }
    }
    text
}

/// Durations, sizes and weights are never negative.
fn sign_of(unit: &str) -> Sign {
    if matches!(unit, "seconds" | "bytes" | "grams") { Sign::NotNegative } else { Sign::Any }
}

fn unit(stated: Option<&LitStr>, name: &str, errors: &mut Errors) -> String {
    let Some(stated) = stated else {
        return units::unit_of(name).unwrap_or_default().to_owned();
    };
    let unit = stated.value();
    if let Some(error) = names::metric_name_error(&unit) {
        errors.add(stated, error);
    } else if let Some(base) = units::base_of(&unit) {
        errors.add(stated, format_args!("`{unit}` is not a base unit: record `{base}` instead"));
    } else if !units::ends_in_unit(name, &unit) {
        let stem = name.trim_end_matches("_total");
        let total = &name[stem.len()..];
        errors.add(stated, format_args!("a name ends in its unit: call it `{stem}_{unit}{total}`"));
    }
    unit
}
