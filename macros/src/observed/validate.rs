//! Is it allowed? Options and signature, turned into a model.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, ExprArray, ExprLit, Generics, Lit, Signature};

use super::fields::FieldArg;
use super::model::{Model, Name, Route};
use super::parse::{Captured, Options};
use super::returns::{self, Scope};
use super::route;
use crate::diagnostics::{Errors, listed, unknown};
use crate::paths::Runtime;
use crate::wrap::{binds, mentions};

const LEVELS: &[&str] = &["trace", "debug", "info", "warn", "error"];

/// Where the function stands.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// By itself.
    Free,
    /// In an `impl` block or trait; its type and generics are known when the attribute stands on the block.
    Method { ty: Option<&'a str>, block: Option<&'a Generics> },
}

/// Turns what was written into a model, or notes every fault of it.
pub(super) fn validate(
    mut options: Options,
    signature: &Signature,
    attributes: &[Attribute],
    place: Place<'_>,
    errors: &mut Errors,
) -> Option<Model> {
    errors.append(std::mem::take(&mut options.errors));
    check_function(signature, place, errors);
    if let Some(key) = options.skip.key() {
        errors.add(
            key,
            "`skip` is for methods of an observed `impl` block; remove the attribute here",
        );
    }
    let routes = routes_of(&options, place, errors);
    let fields = options.fields.take().unwrap_or_default();
    check_fields(&fields, signature, errors);
    let (ok, err) = (options.ok.take(), options.err.take());
    for captured in [&ok, &err].into_iter().flatten() {
        captured.fields.iter().for_each(|field| field.check(errors));
    }
    check_duplicates(&fields, ok.as_ref(), err.as_ref(), errors);
    if let (Some(key), Some(_)) = (options.long.key(), options.buckets.get()) {
        errors.add(key, "`long` has buckets of its own; remove `buckets`");
    }
    let long = options.long.get().is_some();
    let level = options.level.take().and_then(|level| level_of(&level, errors));
    let buckets = options.buckets.take().map(|buckets| buckets_of(&buckets, errors));
    let scope = match place {
        // Only a free function has a route; others may be associated ones.
        _ if !routes.is_empty() => Scope::Free,
        Place::Method { block: Some(generics), .. } => Scope::Block(generics),
        _ => Scope::Unknown,
    };
    let name = match options.name.take() {
        Some(name) if name.value().trim().is_empty() => {
            errors.add(
                &name,
                "an operation's name cannot be empty; remove `name` to use the function's",
            );
            return None;
        }
        Some(name) => Name::Given(name.value()),
        None => Name::InModule(path_in_module(signature, place)),
    };
    Some(Model {
        runtime: options.runtime.take().map(Runtime::new).unwrap_or_default(),
        name,
        help: crate::help::help(attributes),
        routes,
        slo: options.slo.take(),
        fields,
        ok,
        err,
        level,
        buckets,
        long,
        value: returns::nameable(signature, scope),
    })
}

fn path_in_module(signature: &Signature, place: Place<'_>) -> String {
    let function = syn::ext::IdentExt::unraw(&signature.ident);
    match place {
        Place::Method { ty: Some(ty), .. } => format!("{ty}::{function}"),
        _ => function.to_string(),
    }
}

fn check_function(signature: &Signature, place: Place<'_>, errors: &mut Errors) {
    if let Some(constness) = &signature.constness {
        errors.add(
            constness,
            "a `const fn` cannot be observed: it may run in the compiler; observe the functions that call it",
        );
    }
    if matches!(place, Place::Free) && signature.ident == "main" {
        errors.add(
            &signature.ident,
            "`main` cannot be observed: it ends when the process does; observe the functions that it calls",
        );
    }
    if let Some(variadic) = &signature.variadic {
        errors.add(variadic, "a variadic function cannot be observed");
    }
}

fn routes_of(options: &Options, place: Place<'_>, errors: &mut Errors) -> Vec<Route> {
    if let (Some((method, _)), Place::Method { .. }) = (options.routes.first(), place) {
        errors.add(method, "a method has no route: axum handlers are free functions");
    }
    for (number, (method, path)) in options.routes.iter().enumerate() {
        route::check(path, errors);
        let earlier =
            options.routes[..number].iter().filter(|(_, other)| other.value() == path.value());
        for (other, _) in earlier {
            if other == method {
                errors.add(method, "this route is stated twice; remove one");
            } else if other == "any" || method == "any" {
                errors.add(method, "`any` takes every method of this path; remove the other one");
            }
        }
    }
    let routes = options.routes.iter();
    let route = |(method, path): &(Ident, syn::LitStr)| Route {
        method: method.to_string().to_uppercase(),
        path: path.clone(),
    };
    routes.map(route).collect()
}

fn check_fields(fields: &[FieldArg], signature: &Signature, errors: &mut Errors) {
    for field in fields {
        field.check(errors);
        if let Some(result) = mentions(&field.value, "result")
            && !binds(signature, "result")
        {
            errors.add(
                &result,
                "`fields` are captured at entry, when there is no result yet; \
                 write `ok(|value| name = value.field)`",
            );
        }
    }
}

/// A field may be captured at entry or at the end, and at each of the two ends.
fn check_duplicates(
    fields: &[FieldArg],
    ok: Option<&Captured>,
    err: Option<&Captured>,
    errors: &mut Errors,
) {
    let mut refuse = |names: &[&str], field: &FieldArg| {
        if names.contains(&field.name.as_str()) {
            errors.combine(syn::Error::new(
                field.name_span,
                format_args!("the field `{}` is captured twice; rename or remove one", field.name),
            ));
        }
    };
    let mut entry: Vec<&str> = Vec::new();
    for field in fields {
        refuse(&entry, field);
        entry.push(&field.name);
    }
    for end in [ok, err].into_iter().flatten() {
        let mut names = entry.clone();
        for field in &end.fields {
            refuse(&names, field);
            names.push(&field.name);
        }
    }
}

fn level_of(level: &Ident, errors: &mut Errors) -> Option<Ident> {
    let text = level.to_string();
    if !LEVELS.contains(&text.as_str()) {
        errors.add(level, unknown("level", &text, LEVELS));
        return None;
    }
    let (first, rest) = text.split_at(1);
    Some(Ident::new(&format!("{}{rest}", first.to_uppercase()), level.span()))
}

fn buckets_of(buckets: &ExprArray, errors: &mut Errors) -> TokenStream {
    let mut previous: Option<f64> = None;
    if buckets.elems.is_empty() {
        errors.add(buckets, "a histogram needs a bucket; remove `buckets` to use the default ones");
    }
    for bucket in &buckets.elems {
        let Some(value) = number(bucket) else { continue };
        if let Some(previous) = previous.filter(|previous| *previous >= value) {
            errors.add(
                bucket,
                format_args!(
                    "buckets ascend, and {value} does not come after {previous}; sort them"
                ),
            );
        }
        previous = Some(value);
    }
    let bounds = buckets.elems.iter().map(float);
    quote!([#(#bounds),*])
}

/// A literal's value; other expressions are checked when they are evaluated.
fn number(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Float(value), .. }) => value.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Int(value), .. }) => value.base10_parse().ok(),
        _ => None,
    }
}

/// Whole literals are meant as numbers of seconds, too.
fn float(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(value), .. }) if value.suffix().is_empty() => {
            let text = format!("{}.0", value.base10_digits());
            let mut literal: proc_macro2::Literal =
                text.parse().unwrap_or_else(|_| proc_macro2::Literal::f64_unsuffixed(0.0));
            literal.set_span(value.span());
            literal.into_token_stream()
        }
        other => other.to_token_stream(),
    }
}

/// What may stand on a whole `impl` block.
pub(super) fn check_block_options(options: &Options, errors: &mut Errors) {
    let each: [(Option<&Ident>, &str); 6] = [
        (options.routes.first().map(|(method, _)| method), "route"),
        (options.name.key(), "name"),
        (options.fields.key(), "fields"),
        (options.ok.key(), "ok"),
        (options.err.key(), "err"),
        (options.skip.key(), "skip"),
    ];
    for (key, what) in each {
        if let Some(key) = key {
            let choices = listed(&["slo", "level", "buckets", "long", "crate"]);
            errors.add(
                key,
                format_args!(
                    "`{what}` is of one method: put it there; an `impl` block takes {choices}"
                ),
            );
        }
    }
}
