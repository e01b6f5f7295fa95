//! Checks routes against axum's grammar, at compile time rather than when the router is built.

use syn::{Ident, LitStr, Signature};

use super::handler;
use super::model::Route;
use super::path_parameters;
use super::template;
use super::validate::FunctionContext;
use crate::diagnostics::Errors;
use crate::literals;

pub(super) use super::template::parameter_names;

/// Whether the runtime has its feature `axum`.
pub(crate) const HAS_AXUM: bool = cfg!(any(test, feature = "axum"));

/// Validates the routes of a function.
pub(super) fn validate(
    routes: &[(Ident, LitStr)],
    signature: &Signature,
    context: FunctionContext<'_>,
    errors: &mut Errors,
) -> Vec<Route> {
    if let (Some((method, _)), FunctionContext::Method { .. }) = (routes.first(), context) {
        errors.add(method, "a method has no route: move it to a function, and mount that");
    }
    if let Some((method, _)) = routes.first().filter(|_| !HAS_AXUM) {
        errors.add(method, "a route needs the feature `axum` of goldsignal");
    }
    let mut are_valid = true;
    for (number, (method, path)) in routes.iter().enumerate() {
        are_valid &= check_path(path, errors);
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
    if are_valid {
        let paths: Vec<&LitStr> = routes.iter().map(|(_, path)| path).collect();
        path_parameters::check(&paths, signature, errors);
    }
    if !routes.is_empty() && matches!(context, FunctionContext::Free) {
        let paths: Vec<&LitStr> = routes.iter().map(|(_, path)| path).collect();
        handler::check(&paths, signature, errors);
    }
    let route = |(method, path): &(Ident, LitStr)| Route {
        span: method.span(),
        method: method.to_string().to_uppercase(),
        path: path.clone(),
    };
    routes.iter().map(route).collect()
}

/// Checks a path template. Returns whether it is valid.
fn check_path(path: &LitStr, errors: &mut Errors) -> bool {
    literals::check_text(path, errors);
    let checked = template::validate(&path.value());
    if let Err(message) = &checked {
        errors.add(path, message);
    }
    checked.is_ok()
}
