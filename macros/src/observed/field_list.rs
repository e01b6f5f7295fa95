//! Parses lists of fields, and tells what is wrong in a field that is none.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::{Expr, Token};

use super::fields::{Field, FieldFormat, OWN_ERRORS};
use crate::diagnostics::Errors;

/// Parses fields that are separated by commas. One that cannot be parsed is an error, and the others are kept.
pub(super) fn list(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Vec<Field>> {
    let mut fields = Vec::new();
    while !input.is_empty() {
        let ahead = input.fork();
        let parsed = ahead.parse::<Field>();
        let ends = ahead.is_empty() || ahead.peek(Token![,]);
        if let (Ok(field), true) = (&parsed, ends) {
            refuse_calls(field, errors);
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
    if let Some(own) = error.filter(|error| OWN_ERRORS.contains(&error.to_string().as_str())) {
        return own;
    }
    let is = |at: usize, sign: char| matches!(tokens.get(at), Some(TokenTree::Punct(found)) if found.as_char() == sign);
    let message = match tokens {
        [TokenTree::Ident(name), _, value @ ..] if is(1, ':') || (is(1, '=') && is(2, '>')) => {
            let value: TokenStream = value.iter().skip(usize::from(is(2, '>'))).cloned().collect();
            let value = value.to_string();
            let value = if value.contains(' ') { "expression" } else { &value };
            format!("a field takes its value after `=`: `{name} = {value}`")
        }
        [name, _] if is(1, '=') => format!("this field has no value: `{name} = expression`"),
        _ => "a field is `name`, `%name`, `?name` or `name = expression`".to_owned(),
    };
    syn::Error::new_spanned(tokens.iter().cloned().collect::<TokenStream>(), message)
}

/// Refuses `hash(a, b)`, `redacted()` and their near names, which would be calls of functions.
fn refuse_calls(field: &Field, errors: &mut Errors) {
    let Expr::Call(call) = &field.value else { return };
    if field.format != FieldFormat::Value {
        return;
    }
    let Expr::Path(function) = &*call.func else { return };
    let Some(function) = function.path.get_ident() else { return };
    let name = &field.name;
    let message = match function.to_string().as_str() {
        "hash" | "redacted" | "public" => {
            format!("`{function}(..)` takes one value: `{name} = {function}(value)`")
        }
        "redact" => wrapper_message(name, function, "redacted"),
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
