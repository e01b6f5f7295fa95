//! Parses fields: `name`, `%name`, `?name`, `name = expr`, `a.b = %expr`, `redacted(..)`, `hash(..)`,
//! `public(..)`.

use std::fmt::Display;
use std::str::FromStr;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseBuffer, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Ident, Lit, LitInt, LitStr, Signature, Token, parenthesized};

use super::{implied_secret, parameter};
use crate::diagnostics::Errors;
use crate::paths::{CratePath, imported, located_at};
use crate::secrets::{SecretKind, secret_name};

const UNNAMED: &str = "name this field: `name = expression`";
const UNNAMED_SIGIL: &str = "name this field: `name = %expression`";
const PUBLIC: &str = "`public(..)` takes one value";
/// The errors of [`Field::parse`] that are not the parser's.
pub(super) const OWN_ERRORS: [&str; 3] = [UNNAMED, UNNAMED_SIGIL, PUBLIC];

/// How a field's value is captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldFormat {
    /// `name`: a number, `bool` or text.
    Value,
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
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) format: FieldFormat,
    /// `public(..)`: the value is not a secret, although the field's name may look like that of one.
    pub(crate) is_public: bool,
    pub(crate) value: Expr,
}

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Token![%]) || input.peek(Token![?]) {
            let format = parse_sigil(input)?;
            let value: Expr = input.parse()?;
            let Some(name) = implied_name(&value) else {
                return Err(syn::Error::new_spanned(&value, UNNAMED_SIGIL));
            };
            return Ok(Self { name, name_span: value.span(), format, is_public: false, value });
        }
        if input.peek(LitStr) && input.peek2(Token![=]) {
            let name: LitStr = input.parse()?;
            return Self::parse_assigned(name.value(), name.span(), input);
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
            return Self::parse_assigned(name.join("."), path.span(), input);
        }
        let (format, is_public, value) = parse_value(input)?;
        match implied_name(&value) {
            Some(name) => Ok(Self { name, name_span: value.span(), format, is_public, value }),
            None => Err(syn::Error::new_spanned(&value, UNNAMED)),
        }
    }
}

impl Field {
    /// Parses `= value` after the name.
    fn parse_assigned(name: String, name_span: Span, input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Token![=]>()?;
        let (format, is_public, value) = parse_value(input)?;
        Ok(Self { name, name_span, format, is_public, value })
    }

    /// Whether the value is redacted, hashed or declared public.
    fn is_decided(&self) -> bool {
        self.is_public || matches!(self.format, FieldFormat::Redacted | FieldFormat::Hash)
    }

    /// The kind of secret that the field's name, or a name in its expression, looks like.
    fn secret(&self) -> Option<SecretKind> {
        if self.is_decided() {
            return None;
        }
        let by_value = || implied_secret::of_value(&self.value).map(|secret| secret.kind);
        secret_name(&self.name).map(|(kind, _)| kind).or_else(by_value)
    }

    /// Refuses a value that looks secret. A field without a sigil is checked by its type, see [`generate`], unless the
    /// tokens show it. `signature` is that of the function, if the value is captured at entry.
    pub(crate) fn check(&self, signature: Option<&Signature>, errors: &mut Errors) {
        if self.is_decided() {
            return;
        }
        let Self { name, name_span, value, .. } = self;
        let by_name = secret_name(name);
        let sigil = match self.format {
            FieldFormat::Display => "%",
            FieldFormat::Debug => "?",
            _ => {
                let kind = self.secret();
                if !kind.is_some_and(|kind| parameter::can_contain(kind, value, signature)) {
                    return;
                }
                ""
            }
        };
        let remedy = format!(
            "write `{name} = redacted(..)` to log only that it was present, `{name} = hash(..)` to correlate equal \
             values, or `{name} = public({sigil}..)` if it is not a secret"
        );
        let (span, message) = if let Some((_, word)) = by_name {
            (*name_span, format!("the field `{name}` looks like a secret (`{word}`); {remedy}"))
        } else if let Some(secret) = implied_secret::of_text(value, signature) {
            let found = &secret.name;
            let message = match secret.carries {
                None => format!("`{found}` looks like a secret; {remedy}"),
                Some(example) => format!(
                    "`{found}` can contain secrets, such as tokens and cookies; capture the part that you need, such \
                     as `{example}`, or write `{name} = public({sigil}..)` if it contains none"
                ),
            };
            (secret.span, message)
        } else {
            return;
        };
        errors.combine(syn::Error::new(span, message));
    }
}

fn parse_sigil(input: ParseStream<'_>) -> syn::Result<FieldFormat> {
    if input.peek(Token![%]) {
        input.parse::<Token![%]>()?;
        return Ok(FieldFormat::Display);
    }
    input.parse::<Token![?]>()?;
    Ok(FieldFormat::Debug)
}

/// Parses a value with or without `public(..)` around it.
fn parse_value(input: ParseStream<'_>) -> syn::Result<(FieldFormat, bool, Expr)> {
    let ahead = input.fork();
    if parse_public(&ahead).is_ok() && (ahead.is_empty() || ahead.peek(Token![,])) {
        let inside = parse_public(input)?;
        if inside.is_empty() {
            return Err(inside.error(PUBLIC));
        }
        let (format, value) = parse_format(&inside)?;
        return if inside.is_empty() {
            Ok((format, true, value))
        } else {
            Err(inside.error(PUBLIC))
        };
    }
    let (format, value) = parse_format(input)?;
    Ok((format, false, value))
}

/// Parses `public(..)` and returns the content of the parentheses.
fn parse_public(input: ParseStream<'_>) -> syn::Result<ParseBuffer<'_>> {
    let name: Ident = input.parse()?;
    if name != "public" {
        return Err(syn::Error::new(name.span(), "not `public`"));
    }
    let inside;
    parenthesized!(inside in input);
    Ok(inside)
}

/// Parses a value with a sigil, in `redacted(..)` or `hash(..)`, or neither.
fn parse_format(input: ParseStream<'_>) -> syn::Result<(FieldFormat, Expr)> {
    if input.peek(Token![%]) || input.peek(Token![?]) {
        return Ok((parse_sigil(input)?, input.parse()?));
    }
    let value: Expr = input.parse()?;
    Ok(match called_with_one(&value) {
        Some((name, argument)) if name == "redacted" => (FieldFormat::Redacted, argument.clone()),
        Some((name, argument)) if name == "hash" => (FieldFormat::Hash, argument.clone()),
        _ => (FieldFormat::Value, value),
    })
}

/// The function's name and the argument of a call with one argument, such as `hash(a)`.
fn called_with_one(value: &Expr) -> Option<(&Ident, &Expr)> {
    let Expr::Call(call) = value else { return None };
    let Expr::Path(function) = &*call.func else { return None };
    let argument = call.args.first().filter(|_| call.args.len() == 1)?;
    Some((function.path.get_ident()?, argument))
}

/// The field name that a value implies: that of a variable, or of a path of struct fields.
fn implied_name(value: &Expr) -> Option<String> {
    match value {
        Expr::Path(path) => path.path.get_ident().map(|ident| ident.unraw().to_string()),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(member) => {
                Some(format!("{}.{}", implied_name(&field.base)?, member.unraw()))
            }
            syn::Member::Unnamed(_) => None,
        },
        Expr::Reference(reference) => implied_name(&reference.expr),
        _ => None,
    }
}

/// The value of a field that is a literal, as a variant of the runtime's `Constant`. Such a field is
/// the same in every call, and captured as a reference to a constant.
///
/// A literal that does not compile, such as `300_u8`, is left to the compiler.
pub(crate) fn constant(field: &Field) -> Option<TokenStream> {
    let Expr::Lit(ExprLit { lit, .. }) = &field.value else { return None };
    if field.format != FieldFormat::Value || field.secret().is_some() {
        return None;
    }
    let span = lit.span();
    match lit {
        Lit::Str(text) => Some(quote_spanned!(span=> Text(#text))),
        Lit::Bool(value) => Some(quote_spanned!(span=> Bool(#value))),
        Lit::Int(number) => match number.suffix() {
            "u8" => unsigned::<u8>(number),
            "u16" => unsigned::<u16>(number),
            "u32" => unsigned::<u32>(number),
            "u64" => unsigned::<u64>(number),
            "i8" => signed::<i8>(number),
            "i16" => signed::<i16>(number),
            "i32" | "" => signed::<i32>(number),
            "i64" => signed::<i64>(number),
            _ => None,
        },
        Lit::Float(number) if matches!(number.suffix(), "f64" | "") => {
            let value: f64 = number.base10_parse().ok().filter(|value: &f64| value.is_finite())?;
            Some(quote_spanned!(span=> F64(#value)))
        }
        _ => None,
    }
}

fn unsigned<T: FromStr + Into<u64>>(number: &LitInt) -> Option<TokenStream>
where
    T::Err: Display,
{
    let value: u64 = number.base10_parse::<T>().ok()?.into();
    Some(quote_spanned!(number.span()=> U64(#value)))
}

fn signed<T: FromStr + Into<i64>>(number: &LitInt) -> Option<TokenStream>
where
    T::Err: Display,
{
    let value: i64 = number.base10_parse::<T>().ok()?.into();
    Some(quote_spanned!(number.span()=> I64(#value)))
}

/// The probe of a field's value, and the trait that checks its result.
pub(crate) struct CheckedValue {
    /// The trait.
    pub(crate) check: Ident,
    /// The expression of the result.
    pub(crate) probed: TokenStream,
    /// The span of all tokens: the compiler then underlines the value alone, and no call around it.
    pub(crate) span: Span,
}

/// The value of a field. The probes must be in scope.
///
/// For a name that looks secret, the probe accepts only types that cannot contain the secret: numbers and `bool`, or
/// only `bool` if the secret is a number.
pub(crate) fn generate(field: &Field, crate_path: &CratePath) -> CheckedValue {
    let value = &field.value;
    let span = located_at(value.span());
    let reference = if is_operand(value) {
        quote_spanned!(span=> &#value)
    } else {
        quote_spanned!(span=> &(#value))
    };
    // A value that can be hashed, and one under a name that looks secret, is allowed or refused whether its type is sensitive
    // or not.
    let needs_insensitive = field.format != FieldFormat::Hash && field.secret().is_none();
    let (probe, check) = match field.format {
        FieldFormat::Value => match field.secret() {
            None => ("plain", "Plain"),
            Some(SecretKind::Text) => ("number", "Harmless"),
            Some(SecretKind::Number) => ("boolean", "Harmless"),
        },
        FieldFormat::Display => ("display", "Display"),
        FieldFormat::Debug => ("debug", "Debug"),
        FieldFormat::Hash => ("hashed", "Hash"),
        FieldFormat::Redacted => {
            let private = crate_path.private(span);
            let probed = quote_spanned!(span=> #private::redacted(#reference));
            return CheckedValue { check: imported("Plain", span), probed, span };
        }
    };
    let (probe, field) = (Ident::new(probe, span), imported("Field", span));
    let mut probed = quote_spanned!(span=> (&&&&#field(#reference)).#probe());
    if needs_insensitive && !is_number(value) {
        let insensitive = imported("Insensitive", span);
        probed = quote_spanned!(span=> #insensitive::check(#probed));
    }
    CheckedValue { check: imported(check, span), probed, span }
}

/// Whether the tokens show that the value is a number or a `bool`, so its type is not sensitive.
fn is_number(value: &Expr) -> bool {
    const METHODS: &[&str] =
        &["capacity", "count", "is_empty", "is_err", "is_none", "is_ok", "is_some", "len"];
    match value {
        Expr::Cast(_) => true,
        Expr::MethodCall(call) => {
            call.args.is_empty() && METHODS.iter().any(|method| call.method == method)
        }
        Expr::Paren(inside) => is_number(&inside.expr),
        _ => false,
    }
}

/// Whether `&` before the expression refers to all of it.
fn is_operand(value: &Expr) -> bool {
    matches!(
        value,
        Expr::Call(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Macro(_)
            | Expr::MethodCall(_)
            | Expr::Paren(_)
            | Expr::Path(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (String, FieldFormat) {
        let field: Field = syn::parse_str(text).unwrap();
        (field.name, field.format)
    }

    #[test]
    fn grammar() {
        assert_eq!(parse("user_id"), ("user_id".into(), FieldFormat::Value));
        assert_eq!(parse("%user.name"), ("user.name".into(), FieldFormat::Display));
        assert_eq!(parse("a.b = ?c"), ("a.b".into(), FieldFormat::Debug));
        assert_eq!(parse("len = title.len()"), ("len".into(), FieldFormat::Value));
        assert_eq!(parse("\"a-b\" = 1"), ("a-b".into(), FieldFormat::Value));
        assert_eq!(parse("token = redacted(t)"), ("token".into(), FieldFormat::Redacted));
        assert_eq!(parse("hash(user_id)"), ("user_id".into(), FieldFormat::Hash));
        assert_eq!(parse("token_kind = public(kind)"), ("token_kind".into(), FieldFormat::Value));
        assert_eq!(parse("token_kind = public(?kind)"), ("token_kind".into(), FieldFormat::Debug));
        assert_eq!(parse("public(%token_kind)"), ("token_kind".into(), FieldFormat::Display));
        assert_eq!(parse("len = public(kind).len()"), ("len".into(), FieldFormat::Value));
        assert!(syn::parse_str::<Field>("a = public(b, c)").is_err());
        assert!(syn::parse_str::<Field>("a + b").is_err());
        assert!(syn::parse_str::<Field>("a == b").is_err());
    }

    #[test]
    fn literals_are_constants() {
        let value = |text| {
            let field: Field = syn::parse_str(text).unwrap();
            constant(&field).map(|value| value.to_string().replace(' ', ""))
        };
        for (text, expected) in [
            ("plan = \"pro\"", Some("Text(\"pro\")")),
            ("cached = false", Some("Bool(false)")),
            ("items = 3_u64", Some("U64(3u64)")),
            ("items = 255_u8", Some("U64(255u64)")),
            ("items = 3", Some("I64(3i64)")),
            ("total = 12.5", Some("F64(12.5f64)")),
            ("items = 300_u8", None),
            ("items = 3_000_000_000", None),
            ("items = 3_u128", None),
            ("total = 12.5_f32", None),
            ("letter = 'x'", None),
            ("plan = %\"pro\"", None),
            ("plan = redacted(\"pro\")", None),
            ("password = \"pro\"", None),
            ("plan = PRO", None),
        ] {
            assert_eq!(value(text).as_deref(), expected, "{text}");
        }
    }

    /// The macros refuse the names that the runtime masks.
    #[test]
    fn the_runtime_has_the_same_secret_names() {
        let runtime = include_str!("../../../runtime/src/declare/sensitive/names.rs");
        assert!(runtime == include_str!("../secrets.rs"), "copy one to the other");
    }
}
