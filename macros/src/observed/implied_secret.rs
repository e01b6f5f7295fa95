//! What an expression evaluates to, by its names: whether a field's value looks like a secret, although the field has
//! another name, as in `pw = password`.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::{Expr, ExprLit, Lit, Member, Signature, Stmt};

use super::parameter;
use crate::secrets::{SecretKind, secret_name};

/// A name in an expression that looks like a secret.
#[derive(Debug)]
pub(crate) struct ImpliedSecret {
    pub(crate) kind: SecretKind,
    pub(crate) name: String,
    pub(crate) span: Span,
    /// For a request or its headers, which contain secrets besides other values: a field that captures another value.
    pub(crate) carries: Option<&'static str>,
}

/// Methods that return the value itself, a part or a copy of it, or its text.
const TRANSPARENT: &[&str] = &[
    "as_bytes",
    "as_deref",
    "as_mut",
    "as_ref",
    "as_slice",
    "as_str",
    "as_string",
    "borrow",
    "bytes",
    "chars",
    "clone",
    "cloned",
    "copied",
    "deref",
    "display",
    "expect",
    "expose_secret",
    "expose_secret_str",
    "first",
    "get_ref",
    "inner",
    "into",
    "into_inner",
    "into_string",
    "iter",
    "last",
    "next",
    "ok",
    "reveal",
    "secret",
    "to_ascii_lowercase",
    "to_lowercase",
    "to_owned",
    "to_str",
    "to_string",
    "to_string_lossy",
    "to_uppercase",
    "to_vec",
    "trim",
    "unsecure",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "value",
    "zip",
];

/// Methods that look up a value by the name in their argument.
const LOOKUPS: &[&str] =
    &["cookie", "get", "get_all", "get_one", "get_str", "header", "param", "remove", "typed_get"];

/// Functions that return their argument in another form, or look it up by its name.
const TRANSPARENT_FUNCTIONS: &[&str] = &[
    "Borrowed",
    "Display",
    "Err",
    "Ok",
    "Owned",
    "Reverse",
    "Some",
    "from",
    "from_utf8",
    "from_utf8_lossy",
    "identity",
    "new",
    "to_string",
    "var",
    "var_os",
];

/// The secret that the value looks like by its names.
pub(crate) fn of_value(value: &Expr) -> Option<ImpliedSecret> {
    match value {
        Expr::Path(path) => of_ident(&path.path.segments.last()?.ident),
        Expr::Field(field) => match &field.member {
            Member::Named(member) => of_ident(member),
            Member::Unnamed(_) => of_value(&field.base),
        },
        Expr::Index(index) => of_key(&index.index).or_else(|| of_value(&index.expr)),
        Expr::MethodCall(call) => {
            let method = call.method.to_string();
            if TRANSPARENT.contains(&method.as_str()) {
                return of_value(&call.receiver);
            }
            if LOOKUPS.contains(&method.as_str()) {
                return call.args.iter().find_map(of_key).or_else(|| of_value(&call.receiver));
            }
            of_ident(&call.method).filter(|_| call.args.is_empty())
        }
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else { return None };
            let name = function.path.segments.last()?.ident.to_string();
            if !TRANSPARENT_FUNCTIONS.contains(&name.as_str()) {
                return None;
            }
            call.args.iter().find_map(|argument| of_key(argument).or_else(|| of_value(argument)))
        }
        Expr::Reference(inner) => of_value(&inner.expr),
        Expr::Paren(inner) => of_value(&inner.expr),
        Expr::Group(inner) => of_value(&inner.expr),
        Expr::Unary(inner) => of_value(&inner.expr),
        Expr::Try(inner) => of_value(&inner.expr),
        Expr::Binary(inner) if matches!(inner.op, syn::BinOp::Add(_)) => {
            of_value(&inner.left).or_else(|| of_value(&inner.right))
        }
        Expr::Tuple(inner) => inner.elems.iter().find_map(of_value),
        Expr::Array(inner) => inner.elems.iter().find_map(of_value),
        Expr::Block(inner) => of_last(&inner.block.stmts),
        Expr::If(inner) => of_last(&inner.then_branch.stmts)
            .or_else(|| inner.else_branch.as_ref().and_then(|(_, other)| of_value(other))),
        Expr::Match(inner) => inner.arms.iter().find_map(|arm| of_value(&arm.body)),
        Expr::Macro(inner)
            if inner.mac.path.segments.last()?.ident.to_string().starts_with("format") =>
        {
            of_tokens(inner.mac.tokens.clone())
        }
        _ => None,
    }
}

/// The secret that the `Display` or `Debug` text of the value contains.
pub(crate) fn of_text(value: &Expr, signature: Option<&Signature>) -> Option<ImpliedSecret> {
    of_value(value).or_else(|| parameter::carrier(value, signature))
}

fn of_last(statements: &[Stmt]) -> Option<ImpliedSecret> {
    match statements.last()? {
        Stmt::Expr(value, None) => of_value(value),
        _ => None,
    }
}

/// The secret that is looked up by this key: `"authorization"`, `header::COOKIE`.
fn of_key(key: &Expr) -> Option<ImpliedSecret> {
    match key {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => of_name(&text.value(), text.span()),
        Expr::Path(path) => of_ident(&path.path.segments.last()?.ident),
        Expr::Reference(inner) => of_key(&inner.expr),
        _ => None,
    }
}

/// The first secret among the names in the arguments of `format!`.
fn of_tokens(tokens: TokenStream) -> Option<ImpliedSecret> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter().enumerate().find_map(|(at, token)| match token {
        TokenTree::Group(group) => of_tokens(group.stream()),
        // In `token.len()` the name is not that of the value.
        TokenTree::Ident(ident) => {
            let continues =
                matches!(tokens.get(at + 1), Some(TokenTree::Punct(next)) if next.as_char() == '.');
            of_ident(ident).filter(|_| !continues)
        }
        TokenTree::Literal(literal) => inline_arguments(&literal.to_string(), literal.span()),
        TokenTree::Punct(_) => None,
    })
}

/// The first secret among the arguments in a format string, such as `{password}`.
fn inline_arguments(format: &str, span: Span) -> Option<ImpliedSecret> {
    format.split('{').skip(1).find_map(|rest| {
        let name = rest.split(['}', ':']).next()?;
        of_name(name, span)
    })
}

fn of_ident(ident: &Ident) -> Option<ImpliedSecret> {
    of_name(&ident.unraw().to_string(), ident.span())
}

fn of_name(name: &str, span: Span) -> Option<ImpliedSecret> {
    let (kind, _) = secret_name(name)?;
    Some(ImpliedSecret { kind, name: name.to_owned(), span, carries: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_in(text: &str) -> Option<String> {
        of_text(&syn::parse_str(text).unwrap(), None).map(|secret| secret.name)
    }

    #[test]
    fn secrets_are_found_by_the_names_in_an_expression() {
        for (text, name) in [
            ("password", "password"),
            ("&user.password", "password"),
            ("user.password.clone()", "password"),
            ("login.password()", "password"),
            ("session.token.as_str()", "token"),
            ("headers.get(\"authorization\")", "authorization"),
            ("headers.get(header::COOKIE)", "COOKIE"),
            ("headers[AUTHORIZATION]", "AUTHORIZATION"),
            ("req.headers().get(\"x-api-key\").unwrap()", "x-api-key"),
            ("Some(password)", "password"),
            ("String::from(token)", "token"),
            ("std::env::var(\"API_KEY\")", "API_KEY"),
            ("format!(\"{}\", password)", "password"),
            ("format!(\"user {user} {password:?}\")", "password"),
            ("(user, password)", "password"),
            ("if a { token } else { b }", "token"),
            ("headers", "headers"),
            ("req", "req"),
            ("request.headers()", "headers"),
            ("card.card_number", "card_number"),
        ] {
            assert_eq!(name_in(text).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn what_is_derived_from_a_secret_is_none() {
        for text in [
            "password.len()",
            "token.kind()",
            "token.expires_at",
            "token.is_some()",
            "mask(password)",
            "user.name",
            "headers.len()",
            "headers.get(\"user-agent\")",
            "format!(\"{}\", token.len())",
            "format!(\"{user}\")",
            "tasks",
        ] {
            assert_eq!(name_in(text), None, "{text}");
        }
    }
}
