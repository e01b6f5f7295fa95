//! The grammar of fields: `name`, `%name`, `?name`, `name = expr`, `a.b = %expr`, `redacted(..)`, `hash(..)`,
//! `public(..)`.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseBuffer, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitStr, Token, parenthesized};

use crate::diagnostics::Errors;
use crate::secrets::{Secret, secret_name};

/// How a field's value is captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it is.
    Plain,
    /// `%`
    Display,
    /// `?`
    Debug,
    /// `redacted(..)`
    Redacted,
    /// `hash(..)`
    Hash,
}

/// One field.
pub(crate) struct FieldArg {
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) form: Form,
    /// `public(..)`: no secret, whatever its name looks like.
    pub(crate) is_public: bool,
    pub(crate) value: Expr,
}

impl Parse for FieldArg {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Token![%]) || input.peek(Token![?]) {
            let form = sigil(input)?;
            let value: Expr = input.parse()?;
            let Some(name) = named(&value) else {
                return Err(syn::Error::new_spanned(
                    &value,
                    "name this field: `name = %expression`",
                ));
            };
            return Ok(Self { name, name_span: value.span(), form, is_public: false, value });
        }
        if input.peek(LitStr) && input.peek2(Token![=]) {
            let name: LitStr = input.parse()?;
            return Self::assigned(name.value(), name.span(), input);
        }
        let ahead = input.fork();
        let path =
            Punctuated::<Ident, Token![.]>::parse_separated_nonempty_with(&ahead, Ident::parse_any);
        if path.is_ok() && ahead.peek(Token![=]) && !ahead.peek(Token![==]) {
            let path = Punctuated::<Ident, Token![.]>::parse_separated_nonempty_with(
                input,
                Ident::parse_any,
            )?;
            let name: Vec<String> = path.iter().map(|ident| ident.unraw().to_string()).collect();
            return Self::assigned(name.join("."), path.span(), input);
        }
        let (form, is_public, value) = valued(input)?;
        match named(&value) {
            Some(name) => Ok(Self { name, name_span: value.span(), form, is_public, value }),
            None => Err(syn::Error::new_spanned(&value, "name this field: `name = expression`")),
        }
    }
}

impl FieldArg {
    fn assigned(name: String, name_span: Span, input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Token![=]>()?;
        let (form, is_public, value) = valued(input)?;
        Ok(Self { name, name_span, form, is_public, value })
    }

    /// The kind of secret that its name looks like, unless its value is hidden or said to be public.
    fn secret(&self) -> Option<(Secret, &'static str)> {
        let is_decided = self.is_public || matches!(self.form, Form::Redacted | Form::Hash);
        if is_decided { None } else { secret_name(&self.name) }
    }

    /// Refuses the text of a value whose name looks secret. Where the value is written as it is, its type decides:
    /// see [`generate`].
    pub(crate) fn check(&self, errors: &mut Errors) {
        let sigil = match self.form {
            Form::Display => '%',
            Form::Debug => '?',
            Form::Plain | Form::Redacted | Form::Hash => return,
        };
        if let Some((_, word)) = self.secret() {
            let Self { name, name_span, .. } = self;
            errors.combine(syn::Error::new(
                *name_span,
                format_args!(
                    "a field named `{name}` looks secret (`{word}`); write `{name} = redacted(..)` to \
                     show only that it was there, `{name} = hash(..)` to correlate equal values, or \
                     `{name} = public({sigil}..)` if it is no secret"
                ),
            ));
        }
    }
}

fn sigil(input: ParseStream<'_>) -> syn::Result<Form> {
    if input.peek(Token![%]) {
        input.parse::<Token![%]>()?;
        return Ok(Form::Display);
    }
    input.parse::<Token![?]>()?;
    Ok(Form::Debug)
}

/// A value: in `public(..)` or not.
fn valued(input: ParseStream<'_>) -> syn::Result<(Form, bool, Expr)> {
    let ahead = input.fork();
    if public(&ahead).is_ok() && (ahead.is_empty() || ahead.peek(Token![,])) {
        let inside = public(input)?;
        let (form, value) = formed(&inside)?;
        return if inside.is_empty() {
            Ok((form, true, value))
        } else {
            Err(inside.error("`public(..)` takes one value"))
        };
    }
    let (form, value) = formed(input)?;
    Ok((form, false, value))
}

/// What is between the parentheses of `public(..)`.
fn public(input: ParseStream<'_>) -> syn::Result<ParseBuffer<'_>> {
    let name: Ident = input.parse()?;
    if name != "public" {
        return Err(syn::Error::new(name.span(), "not `public`"));
    }
    let inside;
    parenthesized!(inside in input);
    Ok(inside)
}

/// A value: with its sigil, in `redacted(..)` or `hash(..)`, or as it is.
fn formed(input: ParseStream<'_>) -> syn::Result<(Form, Expr)> {
    if input.peek(Token![%]) || input.peek(Token![?]) {
        return Ok((sigil(input)?, input.parse()?));
    }
    let value: Expr = input.parse()?;
    if let Expr::Call(call) = &value
        && let Expr::Path(function) = &*call.func
        && let Some(name) = function.path.get_ident()
        && call.args.len() == 1
    {
        if name == "redacted" {
            return Ok((Form::Redacted, call.args[0].clone()));
        }
        if name == "hash" {
            return Ok((Form::Hash, call.args[0].clone()));
        }
    }
    Ok((Form::Plain, value))
}

/// The name that a value gives itself: a variable or a path of fields.
fn named(value: &Expr) -> Option<String> {
    match value {
        Expr::Path(path) => path.path.get_ident().map(|ident| ident.unraw().to_string()),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(member) => {
                Some(format!("{}.{}", named(&field.base)?, member.unraw()))
            }
            syn::Member::Unnamed(_) => None,
        },
        Expr::Reference(reference) => named(&reference.expr),
        _ => None,
    }
}

/// The expression that captures a field's value, where the probes are in scope. Under a name that looks secret, only
/// those are captured that find a number or a truth value.
pub(crate) fn generate(field: &FieldArg, private: impl Fn(Span) -> TokenStream) -> TokenStream {
    let value = &field.value;
    let span = value.span();
    let private = private(span);
    let probe = match field.form {
        Form::Plain => match field.secret() {
            None => quote_spanned!(span=> plain),
            Some((Secret::Text, _)) => quote_spanned!(span=> number),
            Some((Secret::Number, _)) => quote_spanned!(span=> truth),
        },
        Form::Display => quote_spanned!(span=> display),
        Form::Debug => quote_spanned!(span=> debug),
        Form::Redacted => return quote_spanned!(span=> #private::redacted(&(#value))),
        Form::Hash => return quote_spanned!(span=> #private::hash(&(#value))),
    };
    quote_spanned!(span=> (&&&&#private::Named(&(#value))).#probe())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (String, Form) {
        let field: FieldArg = syn::parse_str(text).unwrap();
        (field.name, field.form)
    }

    #[test]
    fn grammar() {
        assert_eq!(parse("user_id"), ("user_id".into(), Form::Plain));
        assert_eq!(parse("%user.name"), ("user.name".into(), Form::Display));
        assert_eq!(parse("a.b = ?c"), ("a.b".into(), Form::Debug));
        assert_eq!(parse("len = title.len()"), ("len".into(), Form::Plain));
        assert_eq!(parse("\"a-b\" = 1"), ("a-b".into(), Form::Plain));
        assert_eq!(parse("token = redacted(t)"), ("token".into(), Form::Redacted));
        assert_eq!(parse("hash(user_id)"), ("user_id".into(), Form::Hash));
        assert_eq!(parse("token_kind = public(kind)"), ("token_kind".into(), Form::Plain));
        assert_eq!(parse("token_kind = public(?kind)"), ("token_kind".into(), Form::Debug));
        assert_eq!(parse("public(%token_kind)"), ("token_kind".into(), Form::Display));
        assert_eq!(parse("len = public(kind).len()"), ("len".into(), Form::Plain));
        assert!(syn::parse_str::<FieldArg>("a = public(b, c)").is_err());
        assert!(syn::parse_str::<FieldArg>("a + b").is_err());
        assert!(syn::parse_str::<FieldArg>("a == b").is_err());
    }

    /// What is hidden at run time is refused here.
    #[test]
    fn the_runtime_has_the_same_secret_names() {
        let runtime = include_str!("../../../runtime/src/declare/sensitive/names.rs");
        assert!(runtime == include_str!("../secrets.rs"), "copy one to the other");
    }
}
