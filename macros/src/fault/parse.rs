//! Reads the type of a `derive(Fault)`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Fields};

use super::model::Head;
use super::options::{self, CaseOptions, ItemOptions};
use crate::diagnostics::Errors;

/// A variant, or the struct itself, as it is written.
pub(crate) struct Written<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) path: TokenStream,
    pub(crate) fields: &'a Fields,
    pub(crate) options: CaseOptions,
}

pub(crate) fn parse<'a>(
    item: &'a DeriveInput,
    errors: &mut Errors,
) -> (Head<'a>, Option<Vec<Written<'a>>>) {
    let (options, cases) = match &item.data {
        Data::Enum(data) => {
            let options = options::of_enum(&item.attrs, errors);
            let cases = data.variants.iter().map(|variant| {
                let ident = &variant.ident;
                let options = options::of_variant(&variant.attrs, errors);
                Written { ident, path: quote!(Self::#ident), fields: &variant.fields, options }
            });
            (options, Some(cases.collect()))
        }
        Data::Struct(data) => {
            let (item_options, options) = options::of_struct(&item.attrs, errors);
            let (ident, path) = (&item.ident, quote!(Self));
            let case = Written { ident, path, fields: &data.fields, options };
            (item_options, Some(vec![case]))
        }
        Data::Union(_) => {
            errors.add(&item.ident, "`Fault` goes on an enum or a struct, not on a union");
            (ItemOptions::default(), None)
        }
    };
    let response = options.response(errors);
    let runtime = options.runtime.take().unwrap_or_default();
    (Head { ident: &item.ident, generics: &item.generics, runtime, response }, cases)
}
