//! Parses lists of fields, and tells what is wrong in a field that is none.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::{Expr, Token};

use super::fields::{Field, FieldFormat, OWN_ERRORS};
use crate::diagnostics::Errors;
use crate::forms;

/// Parses fields that are separated by commas. One that cannot be parsed is an error, and the others are kept.
pub(super) fn list(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Vec<Field>> {
    let mut fields = Vec::new();
    let mut text_was_told = false;
    while !input.is_empty() {
        let ahead = input.fork();
        let parsed = ahead.parse::<Field>();
        let ends = ahead.is_empty() || ahead.peek(Token![,]);
        if let (Ok(field), true) = (&parsed, ends) {
            refuse_calls(field, errors);
            refuse_empty(field, errors);
            if field.name.trim().is_empty() {
                errors.combine(syn::Error::new(field.name_span, "a field needs a name"));
            }
        }
        match parsed {
            Ok(field) if ends => {
                input.advance_to(&ahead);
                fields.push(field);
            }
            parsed => {
                let next = ahead.cursor().token_tree().map(|(token, _)| token);
                let mut tokens = Vec::new();
                while !input.is_empty() && !input.peek(Token![,]) {
                    tokens.push(input.parse::<TokenTree>()?);
                }
                if is_text(&tokens) && std::mem::replace(&mut text_was_told, true) {
                    // The names are written as text, each of them.
                    input.parse::<Option<Token![,]>>()?;
                    continue;
                }
                errors.combine(match parsed {
                    Err(error) => form_error(&tokens, Some(error)),
                    Ok(_) => match next {
                        Some(TokenTree::Ident(next)) => syn::Error::new(
                            next.span(),
                            format_args!(
                                "fields are separated by commas; write one before `{next}`"
                            ),
                        ),
                        _ => form_error(&tokens, None),
                    },
                });
            }
        }
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(fields)
}

/// The error about a field in a wrong form, with the right one. `error` is that of its parser.
fn form_error(tokens: &[TokenTree], error: Option<syn::Error>) -> syn::Error {
    let is = |at: usize, sign: char| matches!(tokens.get(at), Some(TokenTree::Punct(found)) if found.as_char() == sign);
    let is_own = |error: &syn::Error| OWN_ERRORS.contains(&error.to_string().as_str());
    let semicolon = tokens
        .iter()
        .position(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ';'));
    if let Some(semicolon) = semicolon {
        let message = "fields are separated by commas; write one here";
        return syn::Error::new(tokens[semicolon].span(), message);
    }
    let message = match tokens {
        [TokenTree::Ident(function), TokenTree::Group(arguments)] if is_wrapper(function) => {
            wrapper_error("", function, &arguments.stream())
        }
        [name, _, TokenTree::Ident(function), TokenTree::Group(arguments)]
            if is(1, '=') && is_wrapper(function) =>
        {
            wrapper_error(&format!("{name} = "), function, &arguments.stream())
        }
        [TokenTree::Ident(name), _, value @ ..] if is(1, ':') || (is(1, '=') && is(2, '>')) => {
            let value: TokenStream = value.iter().skip(usize::from(is(2, '>'))).cloned().collect();
            let value = value.to_string();
            let value = if value.contains(' ') { "expression" } else { &value };
            format!("a field takes its value after `=`: `{name} = {value}`")
        }
        [TokenTree::Literal(name), _, _, ..] if is(1, ':') || (is(1, '=') && is(2, '>')) => {
            format!("a field takes its value after `=`: `{name} = expression`")
        }
        [name, _] if is(1, '=') => format!("this field has no value: `{name} = expression`"),
        [TokenTree::Punct(sign), rest @ ..]
            if sign.as_char() == '.' || sign.as_char() == '*' && rest.is_empty() =>
        {
            "nothing is captured that has no name; name each field: `fields(user_id, %order.id)`"
                .to_owned()
        }
        _ if is_text(tokens) => {
            let text = tokens[0].to_string();
            let name = text.trim_matches('"');
            match syn::parse_str::<Ident>(name) {
                Ok(_) => format!("a field is named without quotes: `{name}`"),
                Err(_) => format!("name this field: `name = {text}`"),
            }
        }
        _ => match error.filter(is_own) {
            Some(own) => match own_expression(tokens) {
                Some(value) => format!("name this field: `name = {value}`"),
                None => return own,
            },
            None => "a field is `name`, `%name`, `?name` or `name = expression`".to_owned(),
        },
    };
    syn::Error::new_spanned(tokens.iter().cloned().collect::<TokenStream>(), message)
}

/// Whether these tokens are one text.
fn is_text(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Literal(text)] if text.to_string().starts_with('"'))
}

/// An expression without a name, if it is short.
fn own_expression(tokens: &[TokenTree]) -> Option<String> {
    let value = forms::spelled(&tokens.iter().cloned().collect());
    let value = value.strip_prefix("* ").map_or(value.clone(), |rest| format!("*{rest}"));
    let is_place =
        value == "_" || syn::parse_str::<Ident>(value.trim_start_matches(['%', '?'])).is_ok();
    (!is_place && value.len() <= 40).then_some(value)
}

fn is_wrapper(function: &Ident) -> bool {
    ["hash", "redacted", "public", "redact", "hashed", "mask", "masked"]
        .iter()
        .any(|name| function == name)
}

/// The error about `hash(..)` and its like in a wrong form; `assigned` is the name and `=`, if there is one.
fn wrapper_error(assigned: &str, function: &Ident, arguments: &TokenStream) -> String {
    let wrapper = wrapper(function);
    let arguments: Vec<TokenTree> = arguments.clone().into_iter().collect();
    let sigil = match arguments.first() {
        Some(TokenTree::Punct(sigil)) if "%?".contains(sigil.as_char()) => Some(sigil.as_char()),
        _ => None,
    };
    let first = arguments.iter().skip(usize::from(sigil.is_some()));
    let is_comma =
        |token: &&TokenTree| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',');
    let first: TokenStream = first.take_while(|token| !is_comma(token)).cloned().collect();
    let first = forms::spelled(&first);
    let value = if first.is_empty() || first.len() > 30 { "user.email" } else { &first };
    let name = if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte)) {
        assigned
    } else if assigned.is_empty() {
        "name = "
    } else {
        assigned
    };
    let right = format!("{name}{wrapper}({value})");
    if *function != wrapper {
        format!("it is called `{wrapper}`: write `{right}`")
    } else if let Some(sigil) = sigil {
        format!("`{wrapper}(..)` takes the value without `{sigil}`: write `{right}`")
    } else if arguments.iter().any(|token| is_comma(&token)) || arguments.is_empty() {
        format!("`{wrapper}(..)` takes one value: write `{right}`")
    } else {
        format!("name this field: `{right}`")
    }
}

/// What a near name of a wrapper is called here.
fn wrapper(function: &Ident) -> String {
    let function = function.to_string();
    match function.as_str() {
        "redact" | "mask" | "masked" => "redacted".to_owned(),
        "hashed" => "hash".to_owned(),
        _ => function,
    }
}

/// Refuses the `Empty` of `tracing`, which declares a field that is set later.
fn refuse_empty(field: &Field, errors: &mut Errors) {
    let Expr::Path(value) = &field.value else { return };
    let mut segments = value.path.segments.iter().rev();
    let mut next_is = |name| segments.next().is_some_and(|segment| segment.ident == name);
    if next_is("Empty") && next_is("field") {
        let name = &field.name;
        let message = format!(
            "a field that is set later is not declared: remove it, and write \
             `goldsignal::current().record(\"{name}\", value)` in the body"
        );
        errors.add(&field.value, message);
    }
}

/// Refuses `hash(a, b)`, `redacted()` and their near names, which would be calls of functions.
fn refuse_calls(field: &Field, errors: &mut Errors) {
    let Expr::Call(call) = &field.value else { return };
    let Expr::Path(function) = &*call.func else { return };
    let Some(function) = function.path.get_ident() else { return };
    let name = &field.name;
    match field.format {
        FieldFormat::Value => {}
        FieldFormat::Display | FieldFormat::Debug if is_wrapper(function) => {
            let wrapper = wrapper(function);
            let message =
                format!("`{wrapper}(..)` needs no `%` or `?`: write `{name} = {wrapper}(..)`");
            errors.add(&field.value, message);
            return;
        }
        _ => return,
    }
    let message = match function.to_string().as_str() {
        "hash" | "redacted" | "public" => {
            format!("`{function}(..)` takes one value: `{name} = {function}(value)`")
        }
        "redact" | "mask" | "masked" => wrapper_message(name, function, "redacted"),
        "hashed" => wrapper_message(name, function, "hash"),
        _ => return,
    };
    errors.add(&field.value, message);
}

fn wrapper_message(name: &str, given: &Ident, wrapper: &str) -> String {
    format!(
        "it is called `{wrapper}`: write `{name} = {wrapper}(..)`; to call a function of yours, write its path: \
         `self::{given}(..)`"
    )
}
