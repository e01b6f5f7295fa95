//! Parses the enum of a `derive(Label)`, and validates it: that no value occurs twice is the only rule.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Data, DataEnum, DeriveInput, Fields, LitStr, Variant};

use super::model::{Container, Value};
use crate::attributes::arguments;
use crate::diagnostics::Errors;
use crate::habits::unknown_option;
use crate::names;
use crate::once::Once;
use crate::paths::CratePath;
use crate::reserved;

pub(crate) fn parse<'a>(
    item: &'a DeriveInput,
    errors: &mut Errors,
) -> (Container<'a>, Option<Vec<Value<'a>>>) {
    let mut crate_path = Once::default();
    for argument in arguments(&item.attrs, "label", errors) {
        match argument.key.to_string().as_str() {
            "crate" => {
                if let Some(path) = argument.crate_path(errors) {
                    crate_path.set(argument.key, path, errors);
                }
            }
            "rename" => {
                errors.add(argument.key, "`rename` goes on a variant: it is the value's text");
            }
            other => errors.add_unknown(&argument.key, unknown_option("type", other, &["crate"])),
        }
    }
    let crate_path = CratePath::given(crate_path.take(), TokenStream::new(), errors);
    let container = Container { ident: &item.ident, generics: &item.generics, crate_path };
    let values = match &item.data {
        Data::Enum(data) => values(item, data, errors),
        Data::Struct(_) => {
            errors.add(
                &item.ident,
                format_args!(
                    "`Label` goes on an enum without data; for a struct whose fields are labels use \
                     `#[derive(Labels)]`, and for a field of text there `#[label(budget = 100)]`"
                ),
            );
            None
        }
        Data::Union(_) => {
            errors.add(&item.ident, "`Label` goes on an enum without data, not on a union");
            None
        }
    };
    (container, values)
}

fn values<'a>(
    item: &DeriveInput,
    data: &'a DataEnum,
    errors: &mut Errors,
) -> Option<Vec<Value<'a>>> {
    if data.variants.is_empty() {
        let message = "a label needs at least one value; add a variant";
        errors.add(&item.ident, message);
        return None;
    }
    if !item.generics.params.is_empty() {
        errors.add(&item.generics, "a `Label` is an enum without data, so it cannot be generic");
        return None;
    }
    let mut seen: HashMap<String, String> = HashMap::new();
    let mut values = Vec::new();
    for variant in &data.variants {
        refuse_data(variant, errors);
        let (text, culprit) = match rename(variant, errors) {
            Some(text) => (text.value(), text.to_token_stream()),
            None => (names::snake_case(&variant.ident), variant.ident.to_token_stream()),
        };
        if let Some(first) = seen.get(&text) {
            let message = format!(
                "`{first}` already has the value \"{text}\"; give this variant another: \
                 `#[label(rename = \"…\")]`"
            );
            errors.add(culprit, message);
        } else {
            seen.insert(text.clone(), names::text_of(&variant.ident));
        }
        values.push(Value { variant: &variant.ident, text });
    }
    Some(values)
}

fn refuse_data(variant: &Variant, errors: &mut Errors) {
    if !matches!(variant.fields, Fields::Unit) {
        let message = format!(
            "`{}` has fields, so its values are not a finite set; remove the fields, or make them \
             labels of their own in the `#[derive(Labels)]` struct",
            variant.ident
        );
        errors.add(&variant.fields, message);
    }
}

fn rename(variant: &Variant, errors: &mut Errors) -> Option<LitStr> {
    let mut rename = Once::default();
    for argument in arguments(&variant.attrs, "label", errors) {
        match argument.key.to_string().as_str() {
            "rename" => {
                if let Some(text) = argument.string(errors) {
                    rename.set(argument.key, text, errors);
                }
            }
            other => errors.add_unknown(&argument.key, unknown_option("label", other, &["rename"])),
        }
    }
    let text = rename.take()?;
    let value = text.value();
    let error = if value.is_empty() {
        "a value cannot be empty: to Prometheus, an empty label is a missing one"
    } else if value.starts_with(reserved::OTHER) {
        "`_OTHER` is reserved: labels with a budget count there what exceeds it; write `other`"
    } else if value.trim() != value || value.contains(char::is_control) {
        "a value cannot begin or end with a space, or contain a line break; remove it"
    } else {
        return Some(text);
    };
    errors.add(&text, error);
    None
}
