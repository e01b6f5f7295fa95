//! Checks routes against axum's grammar, at compile time rather than when the router is built.

use syn::{Ident, LitStr};

use super::model::Route;
use super::validate::FunctionContext;
use crate::diagnostics::Errors;

/// Validates the routes of a function.
pub(super) fn validate(
    routes: &[(Ident, LitStr)],
    context: FunctionContext<'_>,
    errors: &mut Errors,
) -> Vec<Route> {
    if let (Some((method, _)), FunctionContext::Method { .. }) = (routes.first(), context) {
        errors.add(method, "a method cannot have a route: axum handlers are free functions");
    }
    for (number, (method, path)) in routes.iter().enumerate() {
        check_path(path, errors);
        let earlier = routes[..number].iter().filter(|(_, other)| other.value() == path.value());
        for (other, _) in earlier {
            if other == method {
                errors.add(method, "this route is given twice; remove one");
            } else if other == "any" || method == "any" {
                errors
                    .add(method, "`any` includes all methods of this path; remove one of the two");
            }
        }
    }
    let route = |(method, path): &(Ident, LitStr)| Route {
        method: method.to_string().to_uppercase(),
        path: path.clone(),
    };
    routes.iter().map(route).collect()
}

/// Checks a path template.
fn check_path(path: &LitStr, errors: &mut Errors) {
    let text = path.value();
    if let Err(message) = validate_template(&text) {
        errors.add(path, message);
    }
}

fn validate_template(path: &str) -> Result<(), String> {
    if !path.starts_with('/') {
        return Err(format!("a route must begin with a slash: write `/{path}`"));
    }
    if let Some(odd) =
        path.chars().find(|c| c.is_whitespace() || c.is_control() || "?#".contains(*c))
    {
        return Err(format!("a route cannot contain {odd:?}: it is a path without a query"));
    }
    let mut names: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path[1..].split('/').collect();
    for (number, segment) in segments.iter().enumerate() {
        let last = number + 1 == segments.len();
        let Some(name) = parameter(segment, last)? else { continue };
        if names.contains(&name) {
            return Err(format!("the parameter `{{{name}}}` is named twice; rename one"));
        }
        names.push(name);
    }
    Ok(())
}

/// The name of the parameter in a segment, if it has one.
fn parameter(segment: &str, last: bool) -> Result<Option<&str>, String> {
    if let Some(name) = segment.strip_prefix(':') {
        return Err(format!(
            "axum 0.8 writes parameters in braces: `{{{name}}}` instead of `:{name}`"
        ));
    }
    if let Some(name) = segment.strip_prefix('*') {
        return Err(format!(
            "axum 0.8 writes wildcards in braces: `{{*{name}}}` instead of `*{name}`"
        ));
    }
    // `{{` and `}}` are escapes for the characters `{` and `}`.
    let plain = segment.replace("{{", "").replace("}}", "");
    let (opening, closing) = (plain.matches('{').count(), plain.matches('}').count());
    if opening != closing {
        return Err(format!(
            "unbalanced brace in `{segment}`; write `{{{{` or `}}}}` for the character"
        ));
    }
    if opening == 0 {
        return Ok(None);
    }
    let (Some(from), Some(to)) = (segment.find('{'), segment.rfind('}')) else { return Ok(None) };
    if opening > 1 || to < from {
        return Err(format!(
            "`{segment}` has more than one parameter; a segment can have only one"
        ));
    }
    let name = &segment[from + 1..to];
    let wildcard = name.strip_prefix('*');
    if wildcard.is_some() && !last {
        return Err(format!("the wildcard `{{{name}}}` must be the last segment"));
    }
    let name = wildcard.unwrap_or(name);
    if name.is_empty() {
        return Err("a parameter needs a name: `{id}`".to_owned());
    }
    Ok(Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_axum_routes() {
        for path in ["/", "/a", "/a/{b}/c/{d}", "/{*rest}", "/a{{b}}", "/file-{name}"] {
            assert_eq!(validate_template(path), Ok(()), "{path}");
        }
    }

    #[test]
    fn refuses_with_a_remedy() {
        for (path, part) in [
            ("a", "write `/a`"),
            ("/:id", "`{id}` instead of `:id`"),
            ("/*rest", "`{*rest}` instead"),
            ("/{id", "unbalanced"),
            ("/{a}/{a}", "named twice"),
            ("/{}", "needs a name"),
            ("/{*a}/b", "must be the last"),
            ("/a?b", "without a query"),
        ] {
            let message = validate_template(path).unwrap_err();
            assert!(message.contains(part), "{path}: {message}");
        }
    }
}
