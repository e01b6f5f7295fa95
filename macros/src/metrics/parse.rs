//! Reads the struct of a `derive(Metrics)`.

use syn::{Data, DeriveInput, Expr, Field, Fields, LitInt, LitStr};

use super::model::Head;
use crate::attributes::arguments;
use crate::diagnostics::{Errors, unknown};
use crate::names;
use crate::once::Once;

const OPTIONS: &[&str] = &["name", "help", "unit", "buckets", "budget"];

/// A field as it is written.
pub(crate) struct Written<'a> {
    pub(crate) field: &'a Field,
    pub(crate) name: Option<LitStr>,
    pub(crate) help: Option<LitStr>,
    pub(crate) unit: Option<LitStr>,
    pub(crate) buckets: Once<Expr>,
    pub(crate) budget: Option<(LitInt, usize)>,
}

pub(crate) fn parse<'a>(
    item: &'a DeriveInput,
    errors: &mut Errors,
) -> (Head<'a>, Option<Vec<Written<'a>>>) {
    let mut runtime = Once::default();
    let mut prefix: Once<LitStr> = Once::default();
    for argument in arguments(&item.attrs, "metrics", errors) {
        match argument.key.to_string().as_str() {
            "crate" => {
                if let Some(path) = argument.runtime(errors) {
                    runtime.set(argument.key, path, errors);
                }
            }
            "prefix" => {
                if let Some(text) = argument.text(errors) {
                    prefix.set(argument.key, text, errors);
                }
            }
            other => errors.add(&argument.key, unknown("option", other, &["prefix", "crate"])),
        }
    }
    for argument in arguments(&item.attrs, "metric", errors) {
        let key = &argument.key;
        errors.add(
            key,
            format_args!("`#[metric({key} = …)]` goes on a field; the struct has `#[metrics(…)]`"),
        );
    }
    let head = Head {
        ident: &item.ident,
        visibility: &item.vis,
        generics: &item.generics,
        prefix: prefix.take().map_or_else(String::new, |text| checked_prefix(&text, errors)),
        runtime: runtime.take().unwrap_or_default(),
    };
    (head, fields(item, errors))
}

fn checked_prefix(text: &LitStr, errors: &mut Errors) -> String {
    match names::prefix_fault(&text.value()) {
        None => text.value(),
        Some(fault) => {
            errors.add(text, fault);
            String::new()
        }
    }
}

fn fields<'a>(item: &'a DeriveInput, errors: &mut Errors) -> Option<Vec<Written<'a>>> {
    let message = match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => {
                return Some(fields.named.iter().map(|field| written(field, errors)).collect());
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

fn written<'a>(field: &'a Field, errors: &mut Errors) -> Written<'a> {
    let (mut name, mut help, mut unit) = (Once::default(), Once::default(), Once::default());
    let (mut buckets, mut budget) = (Once::default(), Once::default());
    for argument in arguments(&field.attrs, "metric", errors) {
        let text = match argument.key.to_string().as_str() {
            "name" => &mut name,
            "help" => &mut help,
            "unit" => &mut unit,
            "buckets" => {
                if let Some(value) = argument.expression("[0.1, 1.0, 10.0]", errors) {
                    buckets.set(argument.key, value, errors);
                }
                continue;
            }
            "budget" => {
                if let Some(number) = argument.number(errors) {
                    budget.set(argument.key, number, errors);
                }
                continue;
            }
            other => {
                errors.add(&argument.key, unknown("option", other, OPTIONS));
                continue;
            }
        };
        if let Some(value) = argument.text(errors) {
            text.set(argument.key, value, errors);
        }
    }
    Written {
        field,
        name: name.take(),
        help: help.take(),
        unit: unit.take(),
        buckets,
        budget: budget.take(),
    }
}
