//! Parses the options of `#[observed]`.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, LitStr, Pat, Path, Token, Type, token};

use super::field_list;
use super::fields::Field;
use crate::diagnostics::Errors;
use crate::forms::LEVELS;
use crate::habits::{path_as_option, unknown_option};
use crate::once::Once;
use crate::options::RawOption;

/// The HTTP methods that a route can have; `any` stands for all of them.
pub(crate) const METHODS: &[&str] =
    &["get", "post", "put", "patch", "delete", "head", "options", "trace", "connect", "any"];

pub(crate) const OPTIONS: &[&str] = &[
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "trace",
    "connect",
    "any",
    "tool",
    "name",
    "slo",
    "fields",
    "ok",
    "err",
    "level",
    "buckets",
    "poll_budget",
    "long",
    "skip",
    "crate",
];

/// The options, parsed but not validated.
#[derive(Default)]
pub(crate) struct Options {
    /// Method and path of each route.
    pub(super) routes: Vec<(Ident, LitStr)>,
    pub(super) tool: Once<LitStr>,
    pub(super) name: Once<LitStr>,
    pub(super) slo: Once<Expr>,
    pub(super) fields: Once<Vec<Field>>,
    pub(super) ok: Once<ClosureFields>,
    pub(super) err: Once<ClosureFields>,
    pub(super) level: Once<Ident>,
    pub(super) buckets: Once<Expr>,
    pub(super) poll_budget: Once<LitStr>,
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
        for option in RawOption::parse_all(input, "observed", &mut options.errors)? {
            options.set(&option);
        }
        Ok(options)
    }
}

impl Options {
    fn set(&mut self, option: &RawOption) {
        let errors = &mut self.errors;
        let key = option.key.clone();
        match key.to_string().as_str() {
            method if METHODS.contains(&method) => {
                self.routes.extend(option.value(errors).map(|path| (key, path)));
            }
            "tool" => set(&mut self.tool, key, option.value(errors), errors),
            "name" => set(&mut self.name, key, option.value(errors), errors),
            "slo" => set(&mut self.slo, key, objective(option, errors), errors),
            "fields" => set(&mut self.fields, key, field_list(option, errors), errors),
            "ok" => set(&mut self.ok, key, closure_fields(option, errors), errors),
            "err" => set(&mut self.err, key, closure_fields(option, errors), errors),
            "level" => set(&mut self.level, key, option.value_with(level, errors), errors),
            "buckets" => set(&mut self.buckets, key, option.value(errors), errors),
            "poll_budget" => set(&mut self.poll_budget, key, option.value(errors), errors),
            "long" => set(&mut self.long, key, flag(option, errors), errors),
            "skip" => set(&mut self.skip, key, flag(option, errors), errors),
            "crate" => {
                let path = option.value_with(Path::parse_mod_style, errors);
                set(&mut self.crate_path, key, path, errors);
            }
            given => {
                let message = if option.is_path() {
                    path_as_option().to_owned()
                } else {
                    unknown_option("observed", given, OPTIONS)
                };
                errors.add_unknown(&key, message);
            }
        }
    }
}

/// Sets an option that was written in its form.
fn set<T>(option: &mut Once<T>, key: Ident, value: Option<T>, errors: &mut Errors) {
    if let Some(value) = value {
        option.set(key, value, errors);
    }
}

/// A constant, or another expression that is no literal.
fn objective(option: &RawOption, errors: &mut Errors) -> Option<Expr> {
    let value = option.value(errors)?;
    if matches!(value, Expr::Lit(_) | Expr::Array(_) | Expr::Reference(_) | Expr::Tuple(_)) {
        option.refuse(errors);
        return None;
    }
    let Some(message) = no_objective(&value) else { return Some(value) };
    errors.add(value, message);
    None
}

/// What is wrong with a value that is certainly no constant objective.
fn no_objective(value: &Expr) -> Option<String> {
    const CONSTANT: &str = "`const API: Slo = Slo::new(..)`, and write `slo = API`";
    match value {
        Expr::Call(call) if call.func.to_token_stream().to_string() == "Some" => {
            let inner = call.args.to_token_stream();
            Some(format!("an objective is given without `Some`: `slo = {inner}`"))
        }
        Expr::Path(path) => {
            let is_alone = path.path.segments.len() == 1;
            let name = path.path.segments.last()?.ident.unraw().to_string();
            match name.as_str() {
                "None" if is_alone => {
                    Some("without an objective there is no `slo`; remove it".to_owned())
                }
                "Slo" => {
                    Some(format!("`Slo` is the type of objectives; declare a constant, {CONSTANT}"))
                }
                _ if !is_alone || name.contains(char::is_uppercase) => None,
                _ => Some(format!(
                    "an objective is a constant, which is known when compiling; declare {CONSTANT}"
                )),
            }
        }
        _ => None,
    }
}

fn flag(option: &RawOption, errors: &mut Errors) -> Option<()> {
    option.is_flag(errors).then_some(())
}

fn field_list(option: &RawOption, errors: &mut Errors) -> Option<Vec<Field>> {
    let Some(fields) = option.parenthesized() else {
        option.refuse(errors);
        return None;
    };
    (|input: ParseStream<'_>| field_list::list(input, errors)).parse2(fields).ok()
}

/// `(|created| task_id = created.id, %created)`
fn closure_fields(option: &RawOption, errors: &mut Errors) -> Option<ClosureFields> {
    let closure = option.parenthesized();
    let starts = |tokens: &TokenStream| tokens.to_string().starts_with('|');
    let Some(closure) = closure.filter(starts) else {
        option.refuse(errors);
        return None;
    };
    let parser = |input: ParseStream<'_>| {
        input.parse::<Token![|]>()?;
        let pattern = Pat::parse_single(input)?;
        if input.parse::<Option<Token![:]>>()?.is_some() {
            let ty: Type = input.parse()?;
            errors.add(ty, "the pattern has the type of what the function returns; write no type");
        }
        input.parse::<Token![|]>()?;
        let what = if option.key == "ok" { "value" } else { "error" };
        if input.is_empty() {
            let example = format!("`{}(|{what}| name = {what}.name)`", option.key);
            errors.add(
                option.culprit(),
                format_args!("this captures nothing; name a field: {example}"),
            );
        } else if input.peek(token::Brace) {
            let block: TokenStream = input.parse()?;
            errors.add(block, "the fields are written without braces, separated by commas");
        }
        Ok(ClosureFields { pattern, fields: field_list::list(input, errors)? })
    };
    let parsed = parser.parse2(closure).ok();
    if parsed.is_none() {
        option.refuse(errors);
    }
    parsed
}

/// `debug`, or `"debug"` as in `tracing`.
fn level(input: ParseStream<'_>) -> syn::Result<Ident> {
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        let level = syn::parse_str::<Ident>(&text.value().to_lowercase())?;
        return Ok(Ident::new(&level.to_string(), text.span()));
    }
    let level = input.call(Ident::parse_any)?;
    let lower = level.to_string().to_lowercase();
    let is_level = LEVELS.contains(&lower.as_str());
    Ok(if is_level { Ident::new(&lower, level.span()) } else { level })
}
