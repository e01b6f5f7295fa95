//! The grammar of fields: `name`, `%name`, `?name`, `name = expr`, `a.b = %expr`, `redacted(..)`, `hash(..)`.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitStr, Token};

use crate::diagnostics::Errors;
use crate::secrets::secret_name;

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
            return Ok(Self { name, name_span: value.span(), form, value });
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
        let (form, value) = valued(input)?;
        match named(&value) {
            Some(name) => Ok(Self { name, name_span: value.span(), form, value }),
            None => Err(syn::Error::new_spanned(&value, "name this field: `name = expression`")),
        }
    }
}

impl FieldArg {
    fn assigned(name: String, name_span: Span, input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Token![=]>()?;
        let (form, value) = valued(input)?;
        Ok(Self { name, name_span, form, value })
    }

    /// Refuses a name that looks secret, unless its value is hidden.
    pub(crate) fn check(&self, errors: &mut Errors) {
        let hidden = matches!(self.form, Form::Redacted | Form::Hash);
        if !hidden && let Some((_, word)) = secret_name(&self.name) {
            let Self { name, name_span, .. } = self;
            errors.combine(syn::Error::new(
                *name_span,
                format_args!(
                    "a field named `{name}` looks secret (`{word}`); write `{name} = redacted(..)` to \
                     show only that it was there, or `{name} = hash(..)` to correlate equal values"
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

/// A value: with its sigil, in `redacted(..)` or `hash(..)`, or as it is.
fn valued(input: ParseStream<'_>) -> syn::Result<(Form, Expr)> {
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

/// The expression that captures a field's value, where the probes are in scope.
pub(crate) fn generate(field: &FieldArg, private: impl Fn(Span) -> TokenStream) -> TokenStream {
    let value = &field.value;
    let span = value.span();
    let private = private(span);
    let probe = match field.form {
        Form::Plain => quote_spanned!(span=> plain),
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
