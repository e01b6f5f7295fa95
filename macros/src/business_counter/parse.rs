//! Parses `Metrics::counter_total, Labels { .. }, on = ok, by = n, if = condition`.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprCall, ExprLit, ExprPath, ExprReference, Lit, Path, Token, token};

use super::model::{CounterPath, Model};
use crate::diagnostics::{Errors, unknown};
use crate::habits::unknown_option;
use crate::once::Once;
use crate::options::RawOption;
use crate::paths::CratePath;

const OPTIONS: &[&str] = &["on", "by", "if", "crate"];
const LABELS: &str = "the labels are a `#[derive(Labels)]` struct: `ByPlan { plan }`";
const ON_VALUES: &[&str] = &["ok", "err", "always"];

#[derive(Default)]
struct Options {
    labels: Option<Expr>,
    /// Whether labels are given, which may be wrong.
    has_labels: bool,
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
        crate_path: CratePath::given(
            options.crate_path.take().map(CratePath::new),
            &counter.metrics,
            errors,
        ),
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
        if input.parse::<Option<Token![,]>>()?.is_none() {
            return Err(input.error("options are separated by commas; write one here"));
        }
        if input.is_empty() {
            break;
        }
        let ahead = input.fork();
        let labels =
            ahead.parse::<Expr>().ok().filter(|_| ahead.is_empty() || ahead.peek(Token![,]));
        match labels {
            Some(labels) if !is_option(&labels, input) => {
                input.advance_to(&ahead);
                options.set_labels(labels);
            }
            _ if input.peek(Ident::peek_any) => {
                let option = RawOption::parse(input, &mut options.errors)?;
                options.set(&option);
            }
            _ => {
                let tokens = until_comma(input)?;
                options.errors.add(tokens, LABELS);
            }
        }
    }
    Ok((counter, options))
}

/// Whether this is an option, and not the labels: `key = value`, or the key of an option in another form.
fn is_option(labels: &Expr, input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let Ok(key) = ahead.call(Ident::parse_any) else { return false };
    let is_assigned = ahead.peek(Token![=]) && !ahead.peek(Token![==]);
    let is_key = OPTIONS.iter().any(|option| key == option) || key == "fields";
    let is_variable = ahead.peek(Token![.]) || ahead.peek(Token![::]) || ahead.peek(token::Brace);
    is_assigned || (is_key && !is_variable && !matches!(labels, Expr::If(_)))
}

/// All tokens up to the next comma.
fn until_comma(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    Ok(tokens)
}

fn counter_path(input: ParseStream<'_>) -> syn::Result<CounterPath> {
    let tokens = until_comma(input)?;
    let path = Path::parse_mod_style.parse2(tokens.clone()).ok();
    let field = path.filter(|path| path.segments.len() > 1).and_then(|mut path| {
        let field = path.segments.pop()?.ident;
        path.segments.pop_punct();
        Some(CounterPath { metrics: path, field })
    });
    field.ok_or_else(|| {
        let first = tokens.clone().into_iter().next();
        let message = match first {
            Some(TokenTree::Ident(key)) if OPTIONS[..3].iter().any(|option| key == option) => {
                "the counter comes first: `TaskMetrics::tasks_created_total, on = ok`".to_owned()
            }
            _ => {
                let own = respelled(&tokens);
                let own = own.as_deref().unwrap_or("TaskMetrics::tasks_created_total");
                format!("name a counter by its struct and field: `{own}`")
            }
        };
        if tokens.is_empty() {
            input.error(message)
        } else {
            syn::Error::new_spanned(tokens, message)
        }
    })
}

/// The struct and the field of another syntax, such as `Shop.orders_total` or `Shop::get().orders_total`.
fn respelled(tokens: &TokenStream) -> Option<String> {
    let names = tokens.clone().into_iter().filter_map(|token| match token {
        TokenTree::Ident(name) => Some(name.to_string()),
        _ => None,
    });
    let names: Vec<String> =
        names.filter(|name| !["counter", "metric", "get"].contains(&name.as_str())).collect();
    let of_struct = names.iter().position(|name| name.starts_with(char::is_uppercase))?;
    names.get(of_struct + 1)?;
    Some(names[..of_struct + 2].join("::"))
}

impl Options {
    fn set_labels(&mut self, labels: Expr) {
        let is_second = std::mem::replace(&mut self.has_labels, true);
        if is_second && self.labels.is_none() {
            // The first ones are wrong already.
            return;
        }
        let message = match &labels {
            _ if is_second => "the labels must be one struct: `Labels { a, b }`",
            Expr::Path(path) if is_counter(path) => {
                "one attribute counts one counter; write another `#[business_counter(..)]` for this"
            }
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
                let digits = number.base10_digits();
                self.errors
                    .add(number, format_args!("an amount has a name: write `by = {digits}`"));
                return;
            }
            Expr::Path(path) if end_of_word(path).is_some() => {
                let end = end_of_word(path).unwrap_or_default();
                let message = format!("when it counts has a name: write `on = {end}`");
                self.errors.add(path, message);
                return;
            }
            Expr::Lit(_) | Expr::Array(_) | Expr::Tuple(_) => LABELS,
            Expr::Reference(ExprReference { expr, .. }) if matches!(**expr, Expr::Array(_)) => {
                LABELS
            }
            Expr::Call(call) if is_named_labels(call) => LABELS,
            _ => {
                self.labels = Some(labels);
                return;
            }
        };
        self.errors.add(&labels, message);
    }

    fn set(&mut self, option: &RawOption) {
        let errors = &mut self.errors;
        let key = option.key.clone();
        match key.to_string().as_str() {
            "on" => set(&mut self.on, key, option.value_with(Ident::parse_any, errors), errors),
            "by" => set(&mut self.by, key, option.value(errors), errors),
            "if" => set(&mut self.condition, key, option.value(errors), errors),
            "crate" => {
                let path = option.value_with(Path::parse_mod_style, errors);
                set(&mut self.crate_path, key, path, errors);
            }
            given => {
                let message = unknown_option("counter", given, OPTIONS);
                let is_listed = message.contains("expected");
                let hint = if is_listed {
                    "; a label goes into the struct: `ByPlan { plan }`"
                } else {
                    ""
                };
                errors.add_unknown(&key, format_args!("{message}{hint}"));
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

/// Whether this looks like a counter: a field whose name ends in `_total`.
fn is_counter(path: &ExprPath) -> bool {
    let last = path.path.segments.last();
    path.path.segments.len() > 1
        && last.is_some_and(|last| last.ident.to_string().ends_with("_total"))
}

/// The value of `on` that a word alone means.
fn end_of_word(path: &ExprPath) -> Option<&'static str> {
    match path.path.get_ident()?.to_string().as_str() {
        "ok" | "on_ok" | "success" | "on_success" => Some("ok"),
        "err" | "on_err" | "error" | "on_error" | "failure" | "on_failure" => Some("err"),
        "always" | "all" => Some("always"),
        _ => None,
    }
}

/// `labels("plan")`, `labels(plan)` or `labels(plan = plan)`, as in other libraries. A function of the user's that is called
/// so needs its path: `self::labels(plan)`.
fn is_named_labels(call: &ExprCall) -> bool {
    let Expr::Path(function) = &*call.func else { return false };
    function.path.get_ident().is_some_and(|name| name == "labels" || name == "label")
        && call
            .args
            .iter()
            .any(|argument| matches!(argument, Expr::Lit(_) | Expr::Assign(_) | Expr::Path(_)))
}

fn count_on(on: &Ident, errors: &mut Errors) -> Option<Ident> {
    let variant = match on.to_string().as_str() {
        "ok" => "Ok",
        "err" => "Err",
        "always" => "Always",
        "success" | "Success" => {
            errors.add(on, "a call that succeeds is counted by `on = ok`, or without `on`");
            return None;
        }
        "failure" | "error" | "Failure" | "Error" => {
            errors.add(on, "a call that fails is counted by `on = err`");
            return None;
        }
        given => {
            errors.add(on, unknown("value of `on`", given, ON_VALUES));
            return None;
        }
    };
    Some(Ident::new(variant, on.span()))
}
