//! The options between an attribute's parentheses. Each is read as a whole first, so that one that is written in a wrong
//! form is one error, which shows the right form, and the options after it are still read.

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, Token};

use crate::diagnostics::Errors;
use crate::forms;

/// One option, whose key may be unknown and whose form may be wrong.
pub(crate) struct RawOption {
    pub(crate) key: Ident,
    /// All tokens after the key.
    rest: Vec<TokenTree>,
}

impl RawOption {
    /// Reads all options of the attribute called `place`. What is none of them is an error.
    pub(crate) fn parse_all(
        input: ParseStream<'_>,
        place: &str,
        errors: &mut Errors,
    ) -> syn::Result<Vec<Self>> {
        errors.end_attribute();
        let mut options: Vec<Self> = Vec::new();
        while !input.is_empty() {
            if input.peek(Token![,]) {
                errors
                    .add(input.parse::<Token![,]>()?, "there is no option here; remove this comma");
            } else if input.peek(Ident::peek_any) {
                options.push(Self::parse(input, errors)?);
                input.parse::<Option<Token![,]>>()?;
            } else {
                let stray = until_comma(input, &mut Errors::default())?;
                input.parse::<Option<Token![,]>>()?;
                // The value of the option before: `get, "/orders"`.
                if let Some(option) = options.last_mut().filter(|option| option.rest.is_empty()) {
                    option.rest = stray;
                } else {
                    let message = forms::without_name(place, &stray);
                    errors.add_form(stray.into_iter().collect::<TokenStream>(), message);
                }
            }
        }
        Ok(options)
    }

    /// Reads one option up to the comma behind it.
    pub(crate) fn parse(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Self> {
        let key = input.call(Ident::parse_any)?;
        let ahead = input.fork();
        let is_assigned = ahead.parse::<Token![=]>().is_ok()
            && ahead.parse::<Expr>().is_ok()
            && (ahead.is_empty() || ahead.peek(Token![,]));
        let mut rest = Vec::new();
        if is_assigned {
            // The expression may contain commas: `f::<A, B>()`.
            while !input.is_empty() && input.cursor() != ahead.cursor() {
                rest.push(input.parse()?);
            }
        } else {
            rest = until_comma(input, errors)?;
        }
        Ok(Self { key, rest })
    }

    /// The tokens after `key =`.
    pub(crate) fn assigned(&self) -> Option<TokenStream> {
        match self.rest.as_slice() {
            [TokenTree::Punct(equals), second, ..] if equals.as_char() == '=' => {
                let is_other =
                    matches!(second, TokenTree::Punct(next) if "=>".contains(next.as_char()));
                let is_other = is_other && equals.spacing() == Spacing::Joint;
                (!is_other).then(|| self.rest[1..].iter().cloned().collect())
            }
            _ => None,
        }
    }

    /// The tokens in `key(..)`.
    pub(crate) fn parenthesized(&self) -> Option<TokenStream> {
        match self.rest.as_slice() {
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
                Some(group.stream())
            }
            _ => None,
        }
    }

    /// Whether the key is the beginning of a path.
    pub(crate) fn is_path(&self) -> bool {
        matches!(self.rest.first(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':' && colon.spacing() == Spacing::Joint)
    }

    /// The value of an option that is written `key = value`. Another form is an error.
    pub(crate) fn value<T: Parse>(&self, errors: &mut Errors) -> Option<T> {
        self.value_with(T::parse, errors)
    }

    /// As [`value`](Self::value), with a parser.
    pub(crate) fn value_with<T>(
        &self,
        parser: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
        errors: &mut Errors,
    ) -> Option<T> {
        let value = self.assigned().and_then(|tokens| parser.parse2(tokens).ok());
        if value.is_none() {
            self.refuse(errors);
        }
        value
    }

    /// Whether an option that takes no value has none. One that has is an error.
    pub(crate) fn is_flag(&self, errors: &mut Errors) -> bool {
        if !self.rest.is_empty() {
            self.refuse(errors);
        }
        self.rest.is_empty()
    }

    /// Reports that the option is written in a wrong form.
    pub(crate) fn refuse(&self, errors: &mut Errors) {
        let message = forms::message(&self.key, &self.rest);
        errors.add_form(self.culprit(), message);
    }

    /// What is underlined: the value of `key = value`, else the whole option, if it is short.
    pub(crate) fn culprit(&self) -> TokenStream {
        let key = &self.key;
        let culprit = self.assigned().unwrap_or_else(|| {
            let rest = &self.rest;
            quote!(#key #(#rest)*)
        });
        if culprit.to_string().len() <= 38 { culprit } else { key.to_token_stream() }
    }
}

/// All tokens up to the next comma, or to where one is missing.
fn until_comma(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Vec<TokenTree>> {
    let mut tokens: Vec<TokenTree> = Vec::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        let ends_a_value = tokens.last().is_some_and(|last| !matches!(last, TokenTree::Punct(_)));
        if ends_a_value && begins_option(input) {
            let key = input.fork().call(Ident::parse_any)?;
            errors.add(
                &key,
                format_args!("options are separated by commas; write one before `{key}`"),
            );
            break;
        }
        if input.peek(Token![;]) && !tokens.is_empty() {
            let semicolon = input.parse::<Token![;]>()?;
            let message = if input.is_empty() {
                "nothing ends the options; remove this"
            } else {
                "options are separated by commas; write one here"
            };
            errors.add(semicolon, message);
            break;
        }
        tokens.push(input.parse()?);
    }
    Ok(tokens)
}

fn begins_option(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let Ok(key) = ahead.call(Ident::parse_any) else { return false };
    let is_value = ahead.peek(Token![=]) && !ahead.peek(Token![==]) && !ahead.peek(Token![=>]);
    forms::is_known(&key) && (is_value || ahead.is_empty() || ahead.peek(Token![,]))
}
