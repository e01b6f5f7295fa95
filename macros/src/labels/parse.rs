//! Reads the struct of a `derive(Labels)`.

use syn::{Data, DeriveInput, Field, Fields, LitInt, LitStr};

use super::model::Head;
use crate::attributes::arguments;
use crate::diagnostics::{Errors, unknown};
use crate::once::Once;

/// A field as it is written.
pub(crate) struct Written<'a> {
    pub(crate) field: &'a Field,
    pub(crate) rename: Option<LitStr>,
    pub(crate) budget: Option<(LitInt, usize)>,
}

pub(crate) fn parse<'a>(
    item: &'a DeriveInput,
    errors: &mut Errors,
) -> (Head<'a>, Option<Vec<Written<'a>>>) {
    let mut runtime = Once::default();
    for argument in arguments(&item.attrs, "labels", errors) {
        match argument.key.to_string().as_str() {
            "crate" => {
                if let Some(path) = argument.runtime(errors) {
                    runtime.set(argument.key, path, errors);
                }
            }
            other => errors.add(&argument.key, unknown("option", other, &["crate"])),
        }
    }
    for argument in arguments(&item.attrs, "label", errors) {
        let key = &argument.key;
        errors.add(
            key,
            format_args!(
                "`{key}` stands in `#[labels(…)]` on the struct, in `#[label(…)]` on a field"
            ),
        );
    }
    let runtime = runtime.take().unwrap_or_default();
    let head = Head { ident: &item.ident, generics: &item.generics, runtime };
    (head, fields(item, errors))
}

fn fields<'a>(item: &'a DeriveInput, errors: &mut Errors) -> Option<Vec<Written<'a>>> {
    let message = match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => {
                return Some(fields.named.iter().map(|field| written(field, errors)).collect());
            }
            Fields::Unnamed(_) => {
                "each label needs a name: write the fields as `name: Type` in braces"
            }
            Fields::Named(_) | Fields::Unit => {
                "a label set needs a label; a metric without labels needs no set: `Counter`"
            }
        },
        Data::Enum(_) => {
            "`Labels` is a struct whose fields are the labels; an enum is one label: \
             use `#[derive(Label)]`, and the enum as the type of a field"
        }
        Data::Union(_) => "`Labels` is a struct whose fields are the labels, not a union",
    };
    errors.add(&item.ident, message);
    None
}

fn written<'a>(field: &'a Field, errors: &mut Errors) -> Written<'a> {
    let mut rename = Once::default();
    let mut budget = Once::default();
    for argument in arguments(&field.attrs, "label", errors) {
        match argument.key.to_string().as_str() {
            "rename" => {
                if let Some(text) = argument.text(errors) {
                    rename.set(argument.key, text, errors);
                }
            }
            "budget" => {
                if let Some(number) = argument.number(errors) {
                    budget.set(argument.key, number, errors);
                }
            }
            other => errors.add(&argument.key, unknown("option", other, &["rename", "budget"])),
        }
    }
    Written { field, rename: rename.take(), budget: budget.take() }
}
