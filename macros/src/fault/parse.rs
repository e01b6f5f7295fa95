//! Parses the type of a `derive(Fault)`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Fields};

use super::model::Container;
use super::options::{self, CaseOptions, ItemOptions};
use crate::diagnostics::Errors;
use crate::paths::CratePath;

/// A variant or the struct itself, and its options, not validated.
pub(crate) struct RawCase<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) path: TokenStream,
    pub(crate) fields: &'a Fields,
    pub(crate) options: CaseOptions,
}

pub(crate) fn parse<'a>(
    item: &'a DeriveInput,
    errors: &mut Errors,
) -> (Container<'a>, Option<Vec<RawCase<'a>>>) {
    let (options, cases) = match &item.data {
        Data::Enum(data) => {
            let options = options::of_enum(&item.attrs, errors);
            let has_errors = !errors.is_empty();
            let cases = data.variants.iter().map(|variant| {
                let ident = &variant.ident;
                let mut options = options::of_variant(&variant.attrs, errors);
                options.has_errors |= has_errors;
                RawCase { ident, path: quote!(Self::#ident), fields: &variant.fields, options }
            });
            (options, Some(cases.collect()))
        }
        Data::Struct(data) => {
            let (item_options, options) = options::of_struct(&item.attrs, errors);
            let (ident, path) = (&item.ident, quote!(Self));
            let case = RawCase { ident, path, fields: &data.fields, options };
            (item_options, Some(vec![case]))
        }
        Data::Union(_) => {
            errors.add(&item.ident, "`Fault` goes on an enum or a struct, not on a union");
            (ItemOptions::default(), None)
        }
    };
    let response = options.response(errors);
    let crate_path = CratePath::given(options.crate_path.take(), TokenStream::new(), errors);
    (Container { ident: &item.ident, generics: &item.generics, crate_path, response }, cases)
}
