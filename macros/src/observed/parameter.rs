//! What the type of a parameter shows about the values that it captures.

use syn::ext::IdentExt;
use syn::{Expr, Member, Pat, Signature, Type};

use super::implied_secret::ImpliedSecret;
use crate::secrets::SecretKind;

/// Names of headers and cookies, whatever their type is.
const HEADERS: &[&str] = &["cookie_jar", "cookies", "header_map", "headers"];

/// Names that a request has, but other values may have, too.
const REQUESTS: &[&str] = &["http_request", "req", "request"];

/// Types whose `Debug` text contains headers or cookies.
const CARRIER_TYPES: &[&str] = &[
    "CookieJar",
    "Cookies",
    "HttpRequest",
    "Parts",
    "PrivateCookieJar",
    "Request",
    "RequestParts",
    "SignedCookieJar",
];

/// A value that contains the headers of a request, by its type if it is a parameter, or else by its name.
pub(super) fn carrier(value: &Expr, signature: Option<&Signature>) -> Option<ImpliedSecret> {
    let (ident, is_variable) = match value {
        Expr::Path(path) => (path.path.get_ident()?, true),
        Expr::Field(field) => match &field.member {
            Member::Named(member) => (member, false),
            Member::Unnamed(_) => return carrier(&field.base, signature),
        },
        Expr::MethodCall(call) if call.args.is_empty() => (&call.method, false),
        Expr::Reference(inner) => return carrier(&inner.expr, signature),
        Expr::Paren(inner) => return carrier(&inner.expr, signature),
        _ => return None,
    };
    let name = ident.unraw().to_string();
    let ty = signature.filter(|_| is_variable).and_then(|signature| type_of(signature, &name));
    let is_request = match ty.as_deref() {
        Some("HeaderMap") => false,
        Some(ty) => CARRIER_TYPES.contains(&ty),
        None => REQUESTS.contains(&name.as_str()),
    };
    let carries = if is_request {
        "method = %request.method()"
    } else if HEADERS.contains(&name.as_str()) || ty.as_deref() == Some("HeaderMap") {
        "agent = ?headers.get(\"user-agent\")"
    } else {
        return None;
    };
    let (kind, span) = (SecretKind::Text, ident.span());
    Some(ImpliedSecret { kind, name, span, carries: Some(carries) })
}

/// Whether the tokens show that the value, a parameter or a text, can contain a secret of this kind.
pub(super) fn can_contain(kind: SecretKind, value: &Expr, signature: Option<&Signature>) -> bool {
    const NUMBERS: &[&str] = &["i32", "i64", "u8", "u16", "u32", "u64", "u128", "usize"];
    const TEXTS: &[&str] = &["as_str", "expose_secret", "to_lowercase", "to_string", "trim"];
    let name = match value {
        Expr::Path(path) => path.path.get_ident(),
        Expr::Reference(inner) => return can_contain(kind, &inner.expr, signature),
        Expr::MethodCall(call) => return TEXTS.iter().any(|name| call.method == name),
        Expr::Macro(call) => return call.mac.path.is_ident("format"),
        _ => None,
    };
    let (Some(name), Some(signature)) = (name, signature) else { return false };
    let Some(ty) = type_of(signature, &name.unraw().to_string()) else { return false };
    ty == "str" || ty == "String" || (kind == SecretKind::Number && NUMBERS.contains(&ty.as_str()))
}

/// The last segment of the type of the parameter with this name.
fn type_of(signature: &Signature, name: &str) -> Option<String> {
    signature.inputs.iter().find_map(|input| {
        let syn::FnArg::Typed(parameter) = input else { return None };
        let Pat::Ident(pattern) = &*parameter.pat else { return None };
        if pattern.ident.unraw() == name { last_segment(&parameter.ty) } else { None }
    })
}

fn last_segment(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        Type::Reference(reference) => last_segment(&reference.elem),
        Type::Group(group) => last_segment(&group.elem),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::implied_secret::of_text;
    use super::*;

    #[test]
    fn the_type_of_a_parameter_tells_what_it_is() {
        let signature: Signature =
            syn::parse_str("fn f(req: CreateTask, h: &HeaderMap, request: Request<Body>)").unwrap();
        let found = |text: &str| {
            of_text(&syn::parse_str(text).unwrap(), Some(&signature)).map(|secret| secret.name)
        };
        assert_eq!(found("req"), None);
        assert_eq!(found("h").as_deref(), Some("h"));
        assert_eq!(found("request").as_deref(), Some("request"));
        assert_eq!(found("request.uri()"), None);
    }
}
