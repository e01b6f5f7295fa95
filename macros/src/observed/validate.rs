//! Validates the options together with the signature, and turns them into a model.

use proc_macro2::Ident;
use proc_macro2::TokenStream;
use syn::{Attribute, Generics, Signature};

use super::fields::Field;
use super::model::{Model, Name};
use super::parse::{ClosureFields, Options};
use super::poll_budget;
use super::route;
use super::static_type::{self, Scope};
use super::tool;
use crate::buckets::{self, Sign};
use crate::diagnostics::{Errors, quoted_list, unknown};
use crate::forms::LEVELS;
use crate::paths::CratePath;
use crate::wrap::{binds, find_variable};
use crate::{control_flow, literals};

/// Where the function is.
#[derive(Clone, Copy)]
pub(super) enum FunctionContext<'a> {
    /// Outside of an `impl` block, as far as the macro sees.
    Free,
    /// In an `impl` block or trait. Its type and generics are known only if the attribute is on the block.
    Method { ty: Option<&'a str>, block: Option<&'a Generics> },
}

/// Turns the options into a model. All errors in them are added to `errors`.
pub(super) fn validate(
    mut options: Options,
    signature: &Signature,
    attributes: &[Attribute],
    context: FunctionContext<'_>,
    errors: &mut Errors,
) -> Option<Model> {
    errors.append(std::mem::take(&mut options.errors));
    check_function(signature, context, errors);
    refuse_second(attributes, errors);
    if let Some(key) = options.skip.key() {
        errors.add(
            key,
            "`skip` is for methods of an observed `impl` block; remove the attribute here",
        );
    }
    let routes = route::validate(&options.routes, signature, context, errors);
    let tool = tool::validate(&options, signature, attributes, errors);
    let mut fields = options.fields.take().unwrap_or_default();
    fields.splice(0..0, tool.as_ref().map(tool::field));
    check_fields(&fields, signature, errors);
    let (ok, err) = (options.ok.take(), options.err.take());
    for captured in [&ok, &err].into_iter().flatten() {
        for field in &captured.fields {
            field.check(None, errors);
            control_flow::refuse(&field.value, "these fields are captured after the call", errors);
        }
    }
    check_duplicates(&fields, ok.as_ref(), err.as_ref(), errors);
    if let (Some(()), Some(key)) = (options.long.get(), options.buckets.key()) {
        errors.add(key, "`long` has buckets of its own; remove `buckets`");
    }
    let long = options.long.get().is_some();
    let level = options.level.take().and_then(|level| level_of(&level, errors));
    let buckets =
        options.buckets.take().map(|buckets| buckets::parse(&buckets, Sign::Positive, errors));
    let poll_budget =
        options.poll_budget.take().and_then(|budget| poll_budget::nanoseconds(&budget, errors));
    let scope = match context {
        // Only a free function has a route. One without may be an associated function of a block that is not seen.
        _ if !routes.is_empty() => Scope::Free,
        FunctionContext::Method { block: Some(generics), .. } => Scope::Block(generics),
        _ => Scope::Unknown,
    };
    if let Some(name) = options.name.get() {
        literals::check_text(name, errors);
    }
    let name = match options.name.take() {
        Some(name) if name.value().trim().is_empty() => {
            errors.add(
                &name,
                "an operation's name cannot be empty; remove `name` to use the function's",
            );
            return None;
        }
        Some(name) if name.value().contains(char::is_whitespace) => {
            let words = name.value().to_lowercase();
            let word = words.split_whitespace().collect::<Vec<_>>().join("_");
            errors.add(
                &name,
                format_args!(
                    "an operation's name is one word, a label value in queries: write `{word}`"
                ),
            );
            return None;
        }
        Some(name) if name.value().contains(['{', '}']) => {
            errors.add(
                &name,
                "an operation's name is the same for each call; capture what differs by `fields(..)`",
            );
            return None;
        }
        Some(name) => Name::Explicit(name.value()),
        None => Name::Default(default_name(signature, context)),
    };
    Some(Model {
        crate_path: CratePath::given(
            options.crate_path.take().map(CratePath::new),
            TokenStream::new(),
            errors,
        ),
        name,
        help: crate::help::help(attributes),
        routes,
        tool,
        slo: options.slo.take(),
        fields,
        ok,
        err,
        level,
        buckets,
        poll_budget,
        long,
        value: static_type::static_type(signature, scope),
    })
}

/// The default name of the operation, without the module path.
fn default_name(signature: &Signature, context: FunctionContext<'_>) -> String {
    let function = syn::ext::IdentExt::unraw(&signature.ident);
    match context {
        FunctionContext::Method { ty: Some(ty), .. } => format!("{ty}::{function}"),
        _ => function.to_string(),
    }
}

fn check_function(signature: &Signature, context: FunctionContext<'_>, errors: &mut Errors) {
    if let Some(constness) = &signature.constness {
        let remedy = match context {
            FunctionContext::Method { block: Some(_), .. } => "leave it out by `#[observed(skip)]`",
            _ => "observe the functions that call it",
        };
        errors.add(
            constness,
            format_args!("a `const fn` cannot be observed: it may run at compile time; {remedy}"),
        );
    }
    if matches!(context, FunctionContext::Free) && signature.ident == "main" {
        errors.add(
            &signature.ident,
            "`main` cannot be observed: it ends when the process does; observe the functions that it calls",
        );
    }
    if let Some(variadic) = &signature.variadic {
        errors.add(variadic, "a variadic function cannot be observed");
    }
}

/// Refuses a second `#[observed]`.
pub(super) fn refuse_second(attributes: &[Attribute], errors: &mut Errors) {
    for attribute in attributes.iter().filter(|attribute| is_observed(attribute)) {
        errors.add(
            attribute.path(),
            "`#[observed]` is given twice, so each call would be counted twice; write all options in one",
        );
    }
}

/// Whether the attribute is `#[observed]`, by its path as far as it is not renamed.
pub(super) fn is_observed(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == "observed")
}

fn check_fields(fields: &[Field], signature: &Signature, errors: &mut Errors) {
    for field in fields {
        field.check(Some(signature), errors);
        control_flow::refuse(&field.value, "fields are captured before the call begins", errors);
        let result = find_variable(&field.value, "result");
        if let Some(result) = result.filter(|_| !binds(signature, "result")) {
            errors.add(
                &result,
                "`fields` are captured before the body runs, so there is no `result` yet; \
                 write `ok(|value| name = value.field)`",
            );
        }
    }
}

/// Reports a field that is captured twice by the same call: at entry, or at entry and in `ok(..)` or `err(..)`.
fn check_duplicates(
    fields: &[Field],
    ok: Option<&ClosureFields>,
    err: Option<&ClosureFields>,
    errors: &mut Errors,
) {
    let mut refuse = |names: &[&str], field: &Field| {
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

/// The variant of the runtime's `Level`.
fn level_of(level: &Ident, errors: &mut Errors) -> Option<Ident> {
    let text = level.to_string();
    if !LEVELS.contains(&text.as_str()) {
        let message = if text == text.to_uppercase() {
            format!(
                "the level is a word, which is known when compiling, and no constant: `level = debug` in place of `{text}`"
            )
        } else {
            unknown("level", &text, LEVELS)
        };
        errors.add(level, message);
        return None;
    }
    let (first, rest) = text.split_at(1);
    Some(Ident::new(&format!("{}{rest}", first.to_uppercase()), level.span()))
}

/// Reports an option beside `skip`.
pub(super) fn check_skipped(options: &Options, errors: &mut Errors) {
    let keys = [
        options.routes.first().map(|(method, _)| method),
        options.tool.key(),
        options.name.key(),
        options.slo.key(),
        options.fields.key(),
        options.ok.key(),
        options.err.key(),
        options.level.key(),
        options.buckets.key(),
        options.poll_budget.key(),
        options.long.key(),
    ];
    if let Some(key) = keys.into_iter().flatten().next() {
        errors
            .add(key, format_args!("a skipped method is not observed; remove `{key}`, or `skip`"));
    }
}

/// Checks the options of an `impl` block.
pub(super) fn check_block_options(options: &Options, errors: &mut Errors) {
    if let Some((method, _)) = options.routes.first() {
        errors.add(
            method,
            "an `impl` block cannot have a route: axum mounts functions; write one that calls the method",
        );
    }
    let not_allowed: [(Option<&Ident>, &str); 6] = [
        (options.tool.key(), "tool"),
        (options.name.key(), "name"),
        (options.fields.key(), "fields"),
        (options.ok.key(), "ok"),
        (options.err.key(), "err"),
        (options.skip.key(), "skip"),
    ];
    for (key, what) in not_allowed {
        if let Some(key) = key.filter(|_| what == "route") {
            errors.add(key, "an `impl` block has no route; state it at a function, and mount that");
        } else if let Some(key) = key {
            let choices = quoted_list(&["slo", "level", "buckets", "poll_budget", "long", "crate"]);
            errors.add(
                key,
                format_args!("`{what}` goes on a method; an `impl` block takes {choices}"),
            );
        }
    }
}
