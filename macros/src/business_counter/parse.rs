//! Parses `Metrics::counter_total, Labels { .. }, on = ok, by = n, if = condition`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Path, Token};

use super::model::{CounterPath, Model};
use crate::attributes::skip_option;
use crate::diagnostics::{Errors, unknown};
use crate::once::Once;
use crate::paths::CratePath;

const OPTIONS: &[&str] = &["on", "by", "if", "crate"];
const ON_VALUES: &[&str] = &["ok", "err", "always"];

#[derive(Default)]
struct Options {
    labels: Option<Expr>,
    on: Once<Ident>,
    by: Once<Expr>,
    condition: Once<Expr>,
    crate_path: Once<Path>,
    errors: Errors,
}

/// Parses the arguments. Errors are added to `errors`.
pub(super) fn parse(arguments: TokenStream, errors: &mut Errors) -> Option<Model> {
    if arguments.is_empty() {
        errors.combine(syn::Error::new(
            Span::call_site(),
            "name a counter: `#[business_counter(TaskMetrics::tasks_created_total)]`",
        ));
        return None;
    }
    let (counter, options) = errors.handle(read.parse2(arguments))?;
    errors.append(options.errors);
    let on = options.on.take().and_then(|on| count_on(&on, errors));
    Some(Model {
        crate_path: options.crate_path.take().map(CratePath::new).unwrap_or_default(),
        counter,
        labels: options.labels,
        on: on.unwrap_or_else(|| Ident::new("Ok", Span::call_site())),
        by: options.by.take(),
        condition: options.condition.take(),
    })
}

fn read(input: ParseStream<'_>) -> syn::Result<(CounterPath, Options)> {
    let counter = counter_path(input)?;
    let mut options = Options::default();
    while !input.is_empty() {
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            break;
        }
        let ahead = input.fork();
        if ahead.call(Ident::parse_any).is_ok() && ahead.peek(Token![=]) && !ahead.peek(Token![==])
        {
            parse_option(&mut options, input)?;
            continue;
        }
        let labels: Expr = input.parse()?;
        if options.labels.is_some() {
            let message = "the labels must be one struct: `Labels { a, b }`";
            options.errors.add(&labels, message);
        } else {
            options.labels = Some(labels);
        }
    }
    Ok((counter, options))
}

fn counter_path(input: ParseStream<'_>) -> syn::Result<CounterPath> {
    let mut path = input.call(Path::parse_mod_style)?;
    let field = path.segments.pop();
    let metrics_missing = path.segments.is_empty();
    path.segments.pop_punct();
    match field {
        Some(field) if !metrics_missing => Ok(CounterPath { metrics: path, field: field.ident }),
        field => Err(syn::Error::new(
            field.map_or_else(Span::call_site, |field| field.ident.span()),
            "name a counter by its struct and field: `TaskMetrics::tasks_created_total`",
        )),
    }
}

fn parse_option(options: &mut Options, input: ParseStream<'_>) -> syn::Result<()> {
    let key = input.call(Ident::parse_any)?;
    input.parse::<Token![=]>()?;
    let errors = &mut options.errors;
    match key.to_string().as_str() {
        "on" => options.on.set(key, input.call(Ident::parse_any)?, errors),
        "by" => options.by.set(key, input.parse()?, errors),
        "if" => options.condition.set(key, input.parse()?, errors),
        "crate" => options.crate_path.set(key, input.call(Path::parse_mod_style)?, errors),
        given => {
            errors.add(&key, unknown("option", given, OPTIONS));
            input.parse::<Expr>().map(drop).or_else(|_| skip_option(input))?;
        }
    }
    Ok(())
}

fn count_on(on: &Ident, errors: &mut Errors) -> Option<Ident> {
    let variant = match on.to_string().as_str() {
        "ok" => "Ok",
        "err" => "Err",
        "always" => "Always",
        given => {
            errors.add(on, unknown("value of `on`", given, ON_VALUES));
            return None;
        }
    };
    Some(Ident::new(variant, on.span()))
}
