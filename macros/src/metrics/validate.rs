//! Which metrics may be declared.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::LitStr;

use super::buckets;
use super::kind::Kind;
use super::model::{Buckets, Head, Metric};
use super::parse::Written;
use super::rules::{self, Part};
use crate::diagnostics::Errors;
use crate::help::help;
use crate::names;

/// As `goldsignal::declare::family::DEFAULT_BUDGET`.
const DEFAULT_BUDGET: usize = 10_000;

pub(crate) fn validate<'a>(
    head: &Head<'_>,
    fields: Vec<Written<'a>>,
    errors: &mut Errors,
) -> Vec<Metric<'a>> {
    if !head.generics.params.is_empty() {
        let message = "metrics are one for the whole program: the struct takes no parameters";
        errors.add(head.generics, message);
    }
    let mut seen = HashSet::new();
    fields.into_iter().filter_map(|field| metric(head, field, &mut seen, errors)).collect()
}

fn metric<'a>(
    head: &Head<'_>,
    written: Written<'a>,
    seen: &mut HashSet<String>,
    errors: &mut Errors,
) -> Option<Metric<'a>> {
    // A struct with named fields has them.
    let field = written.field.ident.as_ref()?;
    let ty = &written.field.ty;
    let (name, place) = match &written.name {
        Some(text) => (head.prefix.clone() + &text.value(), text.to_token_stream()),
        None => (head.prefix.clone() + &names::plain(field), field.to_token_stream()),
    };
    let help = help_text(&written, &name, errors);
    let unit = unit(written.unit.as_ref(), &name, errors);
    let given = written.buckets.get().is_some();
    let buckets = match written.buckets.get() {
        Some(expression) => buckets::given(expression, errors),
        None => buckets::default(&unit),
    };
    let kind = Kind::of(ty);
    let objections = match names::metric_fault(&name) {
        // One fault at a time: the kind's rules presume a name.
        Some(fault) => {
            errors.add(&place, fault);
            Vec::new()
        }
        None if !seen.insert(name.clone()) => {
            errors.add(&place, format_args!("the metric `{name}` is declared twice; rename one"));
            Vec::new()
        }
        None => {
            let broken = |kind| rules::broken(kind, &name, &unit, &buckets, given);
            let at = |part| match part {
                Part::Name => place.clone(),
                Part::Buckets => {
                    written.buckets.key().map_or(place.clone(), ToTokens::to_token_stream)
                }
            };
            objections(kind, broken, at, errors)
        }
    };
    let budget = match written.budget {
        Some((literal, 0)) => {
            errors.add(&literal, "a budget of 0 leaves no series; remove the metric");
            0
        }
        Some((_, budget)) => budget,
        None => DEFAULT_BUDGET,
    };
    let buckets = match kind {
        Some(Kind::Counter | Kind::Gauge) => Buckets::Absent,
        _ => buckets,
    };
    Some(Metric { field, ty, kind, name, help, unit, buckets, budget, objections })
}

/// Reports the rule that is broken by the kind that the type's name tells. Where it tells none, each kind that
/// would break a rule is left to the compiler.
fn objections(
    kind: Option<Kind>,
    broken: impl Fn(Kind) -> Option<(Part, String)>,
    at: impl Fn(Part) -> TokenStream,
    errors: &mut Errors,
) -> Vec<(Kind, String)> {
    let Some(kind) = kind else {
        let all = Kind::ALL.into_iter();
        return all.filter_map(|kind| Some((kind, broken(kind)?.1))).collect();
    };
    if let Some((part, message)) = broken(kind) {
        errors.add(at(part), message);
    }
    Vec::new()
}

fn help_text(written: &Written<'_>, name: &str, errors: &mut Errors) -> String {
    let text = match &written.help {
        Some(text) => text.value(),
        None => help(&written.field.attrs),
    };
    if text.trim().is_empty() {
        let message = format!(
            "`{name}` has no help text; say in a doc comment what it measures: `/// …`, or in \
             `#[metric(help = \"…\")]`"
        );
        match &written.help {
            Some(help) => errors.add(help, message),
            None => errors.add(&written.field.ident, message),
        }
    }
    text
}

fn unit(stated: Option<&LitStr>, name: &str, errors: &mut Errors) -> String {
    let Some(stated) = stated else {
        return names::unit_of(name).unwrap_or_default().to_owned();
    };
    let unit = stated.value();
    if let Some(fault) = names::metric_fault(&unit) {
        errors.add(stated, fault);
    } else if !names::ends_in_unit(name, &unit) {
        let stem = name.trim_end_matches("_total");
        let total = &name[stem.len()..];
        errors.add(stated, format_args!("a name ends in its unit: call it `{stem}_{unit}{total}`"));
    }
    unit
}
