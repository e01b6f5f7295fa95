//! Validates metrics.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::LitStr;

use super::kind::Kind;
use super::model::{Buckets, Container, Metric};
use super::parse::RawField;
use super::rules::{self, Culprit};
use crate::buckets::{self, Sign};
use crate::diagnostics::{Errors, quoted_list};
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
    let mut without_help = Vec::new();
    let mut metrics = Vec::new();
    for field in fields.into_iter().filter(|field| !field.has_errors) {
        let mut own = Errors::default();
        let metric = metric(container, field, &mut seen, &mut own);
        if let Some(metric) =
            metric.as_ref().filter(|metric| own.is_empty() && metric.help.is_empty())
        {
            without_help.push((metric.field, metric.name.clone()));
        }
        errors.append_first(own);
        metrics.extend(metric);
    }
    refuse_missing_help(&without_help, errors);
    metrics
}

/// Reports metrics without a help text. They are one error, at the first.
fn refuse_missing_help(fields: &[(&Ident, String)], errors: &mut Errors) {
    let Some((first, name)) = fields.first() else { return };
    let names: Vec<&str> = fields.iter().map(|(_, name)| name.as_str()).collect();
    let which = match names.as_slice() {
        [_] => format!("`{name}` has no help text; say in a doc comment what it measures"),
        all => {
            format!("{} have no help text; say in doc comments what they measure", quoted_list(all))
        }
    };
    errors.add(first, format_args!("{which}: `/// …`, or in `#[metric(help = \"…\")]`"));
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
    let help = help_text(&raw, errors);
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
        Some(Kind::Counter | Kind::Gauge | Kind::Distinct | Kind::Top) => Buckets::None,
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

/// The help text; empty if there is none.
fn help_text(raw: &RawField<'_>, errors: &mut Errors) -> String {
    let Some(stated) = &raw.help else { return help(&raw.field.attrs) };
    let text = stated.value();
    if text.trim().is_empty() {
        errors.add(stated, "this help text is empty; say what the metric measures");
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
