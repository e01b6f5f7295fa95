//! Can I read it? `Metrics::counter_total, Labels { .. }, on = ok, by = n, if = condition`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ItemFn, Path, Token};

use super::model::{Metric, Model};
use crate::diagnostics::{Errors, unknown};
use crate::observed::pass_over;
use crate::once::Once;
use crate::paths::Runtime;
use crate::wrap::{binds, mentions};

const OPTIONS: &[&str] = &["on", "by", "if", "crate"];
const ENDS: &[&str] = &["ok", "err", "always"];

#[derive(Default)]
struct Options {
    labels: Option<Expr>,
    on: Once<Ident>,
    by: Once<Expr>,
    condition: Once<Expr>,
    runtime: Once<Path>,
    errors: Errors,
}

/// Reads the arguments, or notes every fault of them.
pub(super) fn parse(arguments: TokenStream, errors: &mut Errors) -> Option<Model> {
    if arguments.is_empty() {
        errors.combine(syn::Error::new(
            Span::call_site(),
            "name a counter: `#[business_counter(TaskMetrics::tasks_created_total)]`",
        ));
        return None;
    }
    let (metric, options) = errors.note(read.parse2(arguments))?;
    errors.append(options.errors);
    let on = options.on.take().and_then(|on| end(&on, errors));
    Some(Model {
        runtime: options.runtime.take().map(Runtime::new).unwrap_or_default(),
        metric,
        labels: options.labels,
        on: on.unwrap_or_else(|| Ident::new("Ok", Span::call_site())),
        by: options.by.take(),
        condition: options.condition.take(),
    })
}

/// Notes what the function does not allow.
pub(super) fn check(model: &Model, function: &ItemFn, errors: &mut Errors) {
    if let Some(constness) = &function.sig.constness {
        errors.add(constness, "a `const fn` cannot be counted: it may run in the compiler");
    }
    for expr in [&model.labels, &model.by, &model.condition].into_iter().flatten() {
        if let Some(result) = mentions(expr, "result")
            && !binds(&function.sig, "result")
        {
            errors.add(
                &result,
                "labels are taken at entry, when there is no result yet; count inside the function: \
                 `TaskMetrics::get().tasks_created_total.inc(..)`",
            );
        }
    }
}

fn read(input: ParseStream<'_>) -> syn::Result<(Metric, Options)> {
    let metric = metric(input)?;
    let mut options = Options::default();
    while !input.is_empty() {
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            break;
        }
        let ahead = input.fork();
        if ahead.call(Ident::parse_any).is_ok() && ahead.peek(Token![=]) && !ahead.peek(Token![==])
        {
            option(&mut options, input)?;
            continue;
        }
        let labels: Expr = input.parse()?;
        if options.labels.is_some() {
            let message = "labels are given once, as one struct: `Labels { a, b }`";
            options.errors.add(&labels, message);
        } else {
            options.labels = Some(labels);
        }
    }
    Ok((metric, options))
}

fn metric(input: ParseStream<'_>) -> syn::Result<Metric> {
    let mut path = input.call(Path::parse_mod_style)?;
    let field = path.segments.pop();
    let metrics_missing = path.segments.is_empty();
    path.segments.pop_punct();
    match field {
        Some(field) if !metrics_missing => Ok(Metric { metrics: path, field: field.ident }),
        field => Err(syn::Error::new(
            field.map_or_else(Span::call_site, |field| field.ident.span()),
            "name a counter by its struct and field: `TaskMetrics::tasks_created_total`",
        )),
    }
}

fn option(options: &mut Options, input: ParseStream<'_>) -> syn::Result<()> {
    let key = input.call(Ident::parse_any)?;
    input.parse::<Token![=]>()?;
    let errors = &mut options.errors;
    match key.to_string().as_str() {
        "on" => options.on.set(key, input.call(Ident::parse_any)?, errors),
        "by" => options.by.set(key, input.parse()?, errors),
        "if" => options.condition.set(key, input.parse()?, errors),
        "crate" => options.runtime.set(key, input.call(Path::parse_mod_style)?, errors),
        given => {
            errors.add(&key, unknown("option", given, OPTIONS));
            input.parse::<Expr>().map(drop).or_else(|_| pass_over(input))?;
        }
    }
    Ok(())
}

fn end(on: &Ident, errors: &mut Errors) -> Option<Ident> {
    let variant = match on.to_string().as_str() {
        "ok" => "Ok",
        "err" => "Err",
        "always" => "Always",
        given => {
            errors.add(on, unknown("value of `on`", given, ENDS));
            return None;
        }
    };
    Some(Ident::new(variant, on.span()))
}
