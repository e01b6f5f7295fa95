//! Can I read it? The options of `#[observed]`.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprArray, LitStr, Pat, Path, Token, parenthesized};

use super::fields::FieldArg;
use crate::diagnostics::{Errors, unknown};
use crate::once::Once;

/// The methods that a route can be stated for; `any` is all of them.
pub(super) const METHODS: &[&str] =
    &["get", "post", "put", "patch", "delete", "head", "options", "trace", "connect", "any"];

const OPTIONS: &[&str] = &[
    "get", "post", "put", "patch", "delete", "head", "options", "trace", "connect", "any", "name",
    "slo", "fields", "ok", "err", "level", "buckets", "long", "skip", "crate",
];

/// The options as they were written.
#[derive(Default)]
pub(crate) struct Options {
    /// Method and path, as often as they were given.
    pub(super) routes: Vec<(Ident, LitStr)>,
    pub(super) name: Once<LitStr>,
    pub(super) slo: Once<Expr>,
    pub(super) fields: Once<Vec<FieldArg>>,
    pub(super) ok: Once<Captured>,
    pub(super) err: Once<Captured>,
    pub(super) level: Once<Ident>,
    pub(super) buckets: Once<ExprArray>,
    pub(super) long: Once<()>,
    pub(super) skip: Once<()>,
    pub(super) runtime: Once<Path>,
    /// What could not be read.
    pub(super) errors: Errors,
}

/// `|pattern| field, …`
pub(crate) struct Captured {
    pub(super) pattern: Pat,
    pub(super) fields: Vec<FieldArg>,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            let key = input.call(Ident::parse_any)?;
            if options.option(key, input)? && !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

impl Options {
    /// Reads the value of `key`. `false` when the key is unknown and its value was passed over.
    fn option(&mut self, key: Ident, input: ParseStream<'_>) -> syn::Result<bool> {
        let errors = &mut self.errors;
        match key.to_string().as_str() {
            method if METHODS.contains(&method) => {
                input.parse::<Token![=]>()?;
                self.routes.push((key, input.parse()?));
            }
            "name" => self.name.set(key, assigned(input)?, errors),
            "slo" => self.slo.set(key, assigned(input)?, errors),
            "fields" => self.fields.set(key, listed(input)?, errors),
            "ok" => self.ok.set(key, captured(input)?, errors),
            "err" => self.err.set(key, captured(input)?, errors),
            "level" => self.level.set(key, level(input)?, errors),
            "buckets" => self.buckets.set(key, assigned(input)?, errors),
            "long" => self.long.set(key, (), errors),
            "skip" => self.skip.set(key, (), errors),
            "crate" => {
                input.parse::<Token![=]>()?;
                self.runtime.set(key, Path::parse_mod_style(input)?, errors);
            }
            given => {
                errors.add(&key, unknown("option", given, OPTIONS));
                pass_over(input)?;
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Passes over everything up to and with the next comma.
pub(crate) fn pass_over(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() {
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
            break;
        }
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

fn assigned<T: Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

fn listed(input: ParseStream<'_>) -> syn::Result<Vec<FieldArg>> {
    let content;
    parenthesized!(content in input);
    let fields = Punctuated::<FieldArg, Token![,]>::parse_terminated(&content)?;
    Ok(fields.into_iter().collect())
}

/// `(|created| task_id = created.id, %created)`
fn captured(input: ParseStream<'_>) -> syn::Result<Captured> {
    let content;
    parenthesized!(content in input);
    if !content.peek(Token![|]) {
        return Err(content.error("expected a closure: `ok(|value| field = value.field)`"));
    }
    content.parse::<Token![|]>()?;
    let pattern = Pat::parse_single(&content)?;
    content.parse::<Token![|]>()?;
    let fields = Punctuated::<FieldArg, Token![,]>::parse_terminated(&content)?;
    Ok(Captured { pattern, fields: fields.into_iter().collect() })
}

/// `= debug` or, as `tracing` has it, `= "debug"`.
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
