//! Parses the struct of a `derive(Labels)`.

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput, Field, Fields, LitInt, LitStr};

use super::model::Container;
use crate::attributes::{arguments, refuse_misplaced};
use crate::diagnostics::Errors;
use crate::habits::unknown_option;
use crate::once::Once;
use crate::paths::CratePath;

/// A field and its options, not validated.
pub(crate) struct RawField<'a> {
    pub(crate) field: &'a Field,
    pub(crate) rename: Option<LitStr>,
    pub(crate) budget: Option<(LitInt, usize)>,
}

pub(crate) fn parse<'a>(
    item: &'a DeriveInput,
    errors: &mut Errors,
) -> (Container<'a>, Option<Vec<RawField<'a>>>) {
    let mut crate_path = Once::default();
    for argument in arguments(&item.attrs, "labels", errors) {
        match argument.key.to_string().as_str() {
            "crate" => {
                if let Some(path) = argument.crate_path(errors) {
                    crate_path.set(argument.key, path, errors);
                }
            }
            other => errors.add_unknown(&argument.key, unknown_option("type", other, &["crate"])),
        }
    }
    let message = "`#[label(…)]` goes on a field; on the struct it is `#[labels(…)]`";
    refuse_misplaced(&item.attrs, "label", message, errors);
    let crate_path = CratePath::given(crate_path.take(), TokenStream::new(), errors);
    let container = Container { ident: &item.ident, generics: &item.generics, crate_path };
    (container, fields(item, errors))
}

fn fields<'a>(item: &'a DeriveInput, errors: &mut Errors) -> Option<Vec<RawField<'a>>> {
    let message = match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => {
                return Some(fields.named.iter().map(|field| parse_field(field, errors)).collect());
            }
            Fields::Unnamed(_) => {
                "each label needs a name: write the fields as `name: Type` in braces"
            }
            Fields::Named(_) | Fields::Unit => {
                "a `Labels` struct needs a field; the type of a metric without labels is just `Counter`"
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

fn parse_field<'a>(field: &'a Field, errors: &mut Errors) -> RawField<'a> {
    let mut rename = Once::default();
    let mut budget = Once::default();
    let message = "`#[labels(…)]` goes on the struct; on a field it is `#[label(…)]`";
    refuse_misplaced(&field.attrs, "labels", message, errors);
    for argument in arguments(&field.attrs, "label", errors) {
        match argument.key.to_string().as_str() {
            "rename" => {
                if let Some(text) = argument.string(errors) {
                    rename.set(argument.key, text, errors);
                }
            }
            "budget" => {
                if let Some(number) = argument.integer(errors) {
                    budget.set(argument.key, number, errors);
                }
            }
            other => {
                errors.add_unknown(
                    &argument.key,
                    unknown_option("labels", other, &["rename", "budget"]),
                );
            }
        }
    }
    RawField { field, rename: rename.take(), budget: budget.take() }
}
