//! Parses the struct of a `derive(Metrics)`.

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput, Expr, Field, Fields, LitInt, LitStr};

use super::model::Container;
use crate::attributes::{arguments, refuse_misplaced};
use crate::diagnostics::Errors;
use crate::habits::unknown_option;
use crate::names;
use crate::once::Once;
use crate::paths::CratePath;

const OPTIONS: &[&str] = &["name", "help", "unit", "buckets", "budget"];

/// A field and its options, not validated.
pub(crate) struct RawField<'a> {
    pub(crate) field: &'a Field,
    pub(crate) name: Option<LitStr>,
    pub(crate) help: Option<LitStr>,
    pub(crate) unit: Option<LitStr>,
    pub(crate) buckets: Once<Expr>,
    pub(crate) budget: Option<(LitInt, usize)>,
    /// Whether an option could not be parsed. Then nothing else is reported about the field, which may follow from it.
    pub(crate) has_errors: bool,
}

pub(crate) fn parse<'a>(
    item: &'a DeriveInput,
    errors: &mut Errors,
) -> (Container<'a>, Option<Vec<RawField<'a>>>) {
    let mut crate_path = Once::default();
    let mut prefix: Once<LitStr> = Once::default();
    for argument in arguments(&item.attrs, "metrics", errors) {
        match argument.key.to_string().as_str() {
            "crate" => {
                if let Some(path) = argument.crate_path(errors) {
                    crate_path.set(argument.key, path, errors);
                }
            }
            "prefix" => {
                if let Some(text) = argument.string(errors) {
                    prefix.set(argument.key, text, errors);
                }
            }
            other => {
                errors.add_unknown(
                    &argument.key,
                    unknown_option("metrics", other, &["prefix", "crate"]),
                );
            }
        }
    }
    let message = "`#[metric(…)]` goes on a field; on the struct it is `#[metrics(…)]`";
    refuse_misplaced(&item.attrs, "metric", message, errors);
    let container = Container {
        ident: &item.ident,
        visibility: &item.vis,
        generics: &item.generics,
        prefix: prefix.take().map_or_else(String::new, |text| checked_prefix(&text, errors)),
        crate_path: CratePath::given(crate_path.take(), TokenStream::new(), errors),
    };
    (container, fields(item, errors))
}

fn checked_prefix(text: &LitStr, errors: &mut Errors) -> String {
    match names::prefix_error(&text.value()) {
        None => text.value(),
        Some(error) => {
            errors.add(text, error);
            String::new()
        }
    }
}

fn fields<'a>(item: &'a DeriveInput, errors: &mut Errors) -> Option<Vec<RawField<'a>>> {
    let message = match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => {
                return Some(fields.named.iter().map(|field| parse_field(field, errors)).collect());
            }
            _ => {
                "`Metrics` goes on a struct with a named field for each metric, such as \
                  `tasks_created_total: Counter`"
            }
        },
        Data::Enum(_) | Data::Union(_) => {
            "`Metrics` goes on a struct with a field for each metric; \
             an enum can be a label: `#[derive(Label)]`"
        }
    };
    errors.add(&item.ident, message);
    None
}

fn parse_field<'a>(field: &'a Field, errors: &mut Errors) -> RawField<'a> {
    let (mut name, mut help, mut unit) = (Once::default(), Once::default(), Once::default());
    let (mut buckets, mut budget) = (Once::default(), Once::default());
    let mut own = Errors::default();
    let message = "`#[metrics(…)]` goes on the struct; on a field it is `#[metric(…)]`";
    refuse_misplaced(&field.attrs, "metrics", message, &mut own);
    for kind in ["counter", "gauge", "histogram"] {
        let message = "options go into `#[metric(…)]`; the field's type says what it is";
        refuse_misplaced(&field.attrs, kind, message, &mut own);
    }
    for argument in arguments(&field.attrs, "metric", &mut own) {
        let text = match argument.key.to_string().as_str() {
            "name" => &mut name,
            "help" => &mut help,
            "unit" => &mut unit,
            "buckets" => {
                if let Some(value) = argument.expression(&mut own) {
                    buckets.set(argument.key, value, &mut own);
                }
                continue;
            }
            "budget" => {
                if let Some(number) = argument.integer(&mut own) {
                    budget.set(argument.key, number, &mut own);
                }
                continue;
            }
            other => {
                own.add_unknown(&argument.key, unknown_option("metric", other, OPTIONS));
                continue;
            }
        };
        if let Some(value) = argument.string(&mut own) {
            text.set(argument.key, value, &mut own);
        }
    }
    let has_errors = !own.is_empty();
    errors.append_first(own);
    RawField {
        field,
        name: name.take(),
        help: help.take(),
        unit: unit.take(),
        buckets,
        budget: budget.take(),
        has_errors,
    }
}
