//! Parses the options of `#[observed]`.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, LitStr, Pat, Path, Token, parenthesized};

use super::fields::Field;
use crate::attributes::skip_option;
use crate::diagnostics::{Errors, unknown};
use crate::once::Once;

/// The HTTP methods that a route can have; `any` stands for all of them.
pub(super) const METHODS: &[&str] =
    &["get", "post", "put", "patch", "delete", "head", "options", "trace", "connect", "any"];

const OPTIONS: &[&str] = &[
    "get", "post", "put", "patch", "delete", "head", "options", "trace", "connect", "any", "name",
    "slo", "fields", "ok", "err", "level", "buckets", "long", "skip", "crate",
];

/// The options, parsed but not validated.
#[derive(Default)]
pub(crate) struct Options {
    /// Method and path of each route.
    pub(super) routes: Vec<(Ident, LitStr)>,
    pub(super) name: Once<LitStr>,
    pub(super) slo: Once<Expr>,
    pub(super) fields: Once<Vec<Field>>,
    pub(super) ok: Once<ClosureFields>,
    pub(super) err: Once<ClosureFields>,
    pub(super) level: Once<Ident>,
    pub(super) buckets: Once<Expr>,
    pub(super) long: Once<()>,
    pub(super) skip: Once<()>,
    pub(super) crate_path: Once<Path>,
    /// The options that could not be parsed.
    pub(super) errors: Errors,
}

/// `|pattern| field, …`
pub(crate) struct ClosureFields {
    pub(super) pattern: Pat,
    pub(super) fields: Vec<Field>,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            let key = input.call(Ident::parse_any)?;
            if options.parse_option(key, input)? && !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

impl Options {
    /// Parses the value of `key`. Returns `false` if the key is unknown and its value was skipped.
    fn parse_option(&mut self, key: Ident, input: ParseStream<'_>) -> syn::Result<bool> {
        let errors = &mut self.errors;
        match key.to_string().as_str() {
            method if METHODS.contains(&method) => {
                input.parse::<Token![=]>()?;
                self.routes.push((key, input.parse()?));
            }
            "name" => self.name.set(key, assigned(input)?, errors),
            "slo" => self.slo.set(key, assigned(input)?, errors),
            "fields" => self.fields.set(key, field_list(input)?, errors),
            "ok" => self.ok.set(key, closure_fields(input)?, errors),
            "err" => self.err.set(key, closure_fields(input)?, errors),
            "level" => self.level.set(key, level(input)?, errors),
            "buckets" => self.buckets.set(key, assigned(input)?, errors),
            "long" => self.long.set(key, (), errors),
            "skip" => self.skip.set(key, (), errors),
            "crate" => {
                input.parse::<Token![=]>()?;
                self.crate_path.set(key, Path::parse_mod_style(input)?, errors);
            }
            given => {
                errors.add(&key, unknown("option", given, OPTIONS));
                skip_option(input)?;
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn assigned<T: Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

fn field_list(input: ParseStream<'_>) -> syn::Result<Vec<Field>> {
    let content;
    parenthesized!(content in input);
    let fields = Punctuated::<Field, Token![,]>::parse_terminated(&content)?;
    Ok(fields.into_iter().collect())
}

/// `(|created| task_id = created.id, %created)`
fn closure_fields(input: ParseStream<'_>) -> syn::Result<ClosureFields> {
    let content;
    parenthesized!(content in input);
    if !content.peek(Token![|]) {
        return Err(content.error("expected a closure: `ok(|value| field = value.field)`"));
    }
    content.parse::<Token![|]>()?;
    let pattern = Pat::parse_single(&content)?;
    content.parse::<Token![|]>()?;
    let fields = Punctuated::<Field, Token![,]>::parse_terminated(&content)?;
    Ok(ClosureFields { pattern, fields: fields.into_iter().collect() })
}

/// `= debug`, or `= "debug"` as in `tracing`.
fn level(input: ParseStream<'_>) -> syn::Result<Ident> {
    input.parse::<Token![=]>()?;
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        return syn::parse_str::<Ident>(&text.value().to_lowercase())
            .map(|ident| Ident::new(&ident.to_string(), text.span()))
            .map_err(|_| syn::Error::new(text.span(), "expected a level, such as `debug`"));
    }
    let level = input.call(Ident::parse_any)?;
    Ok(Ident::new(&level.to_string().to_lowercase(), level.span()))
}
