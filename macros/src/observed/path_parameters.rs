//! Compares the parameters of a route with the extractor `Path<..>` of its handler. axum answers 500 to every request if
//! their numbers differ. More values than the route has parameters are accepted only if the variables end with the route's
//! parameters: then the router is nested under a path with parameters, which the attribute does not see.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{FnArg, GenericArgument, LitStr, Pat, PatType, PathArguments, Signature, Type};

use super::route::parameter_names;
use crate::diagnostics::Errors;

/// Types that take the value of one parameter.
const SINGLE_VALUES: &[&str] = &[
    "String", "Uuid", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize",
    "str", "u8", "u16", "u32", "u64", "u128", "usize",
];

/// Checks each extractor against each route.
pub(super) fn check(routes: &[&LitStr], signature: &Signature, errors: &mut Errors) {
    for input in &signature.inputs {
        let FnArg::Typed(parameter) = input else { continue };
        let Some(taken) = extracted(&parameter.ty) else { continue };
        let fault = routes.iter().find_map(|route| fault(&route.value(), taken, parameter));
        if let Some((tokens, message)) = fault {
            errors.add(tokens, message);
            return;
        }
    }
}

/// `T` of an extractor `Path<T>`, which may be optional.
fn extracted(ty: &Type) -> Option<&Type> {
    let (name, argument) = generic(ty)?;
    if is_optional(ty) {
        return extracted(argument);
    }
    (name == "Path").then_some(argument)
}

/// Whether the extractor takes a path without parameters, too.
fn is_optional(ty: &Type) -> bool {
    generic(ty).is_some_and(|(name, _)| name == "Option" || name == "Result")
}

/// The name of a generic type, and its first argument.
fn generic(ty: &Type) -> Option<(&Ident, &Type)> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some((&last.ident, ty)),
        _ => None,
    }
}

fn fault(route: &str, taken: &Type, parameter: &PatType) -> Option<(TokenStream, String)> {
    let names = parameter_names(route);
    let count = count(taken)?;
    if names.is_empty() && is_optional(&parameter.ty) {
        return None;
    }
    if names.len() > count {
        let (stated, extracted) = (number(names.len()), number(count));
        let (variables, types) = (names.join(", "), vec!["T"; names.len()].join(", "));
        let message = format!(
            "`{route}` has {stated} parameters, but this extractor takes {extracted}; take them all: `Path(({variables})): \
             Path<({types})>`, each with its own type"
        );
        return Some((taken.to_token_stream(), message));
    }
    let variables = variables(&parameter.pat);
    if names.len() < count && !is_nested(&names, variables.as_deref()) {
        let message = too_many(route, &names, variable(&parameter.pat), count);
        return Some((taken.to_token_stream(), message));
    }
    let variables = variables?;
    let mut sorted = (names.clone(), variables.clone());
    sorted.0.sort_unstable();
    sorted.1.sort_unstable();
    if sorted.0 == sorted.1 && names != variables {
        let order = names.join(", ");
        let message = format!(
            "the values come in the order of `{route}`, so these two are exchanged; write `Path(({order}))`"
        );
        return Some((parameter.pat.to_token_stream(), message));
    }
    None
}

/// Whether the variables begin with those of an outer path.
fn is_nested(names: &[&str], variables: Option<&[String]>) -> bool {
    let Some(variables) = variables else { return false };
    let inner =
        variables.len().checked_sub(names.len()).map_or(&[][..], |outer| &variables[outer..]);
    !names.is_empty() && inner == names
}

/// The message about more values than the route has parameters.
fn too_many(route: &str, names: &[&str], variable: Option<&Ident>, count: usize) -> String {
    let remedy = match names {
        [] => {
            let name = variable.map_or_else(|| "id".to_owned(), Ident::to_string);
            format!("add them: `{}/{{{name}}}`", route.trim_end_matches('/'))
        }
        [name] => format!("take one value: `Path({name}): Path<T>`"),
        names => format!("take each once: `Path(({}))`", names.join(", ")),
    };
    format!(
        "`{route}` has {} parameter{}, but this extractor takes {}; {remedy}, or, if the router is nested under a path with \
         parameters, take all as a struct: `Path<Params>`",
        number(names.len()),
        if names.len() == 1 { "" } else { "s" },
        number(count),
    )
}

/// How many parameters a type takes; `None` if the tokens do not show it, as of a struct.
fn count(ty: &Type) -> Option<usize> {
    match ty {
        Type::Tuple(tuple) => Some(tuple.elems.len()),
        Type::Path(path) => {
            let last = &path.path.segments.last()?.ident;
            SINGLE_VALUES.iter().any(|name| last == name).then_some(1)
        }
        Type::Group(group) => count(&group.elem),
        Type::Paren(paren) => count(&paren.elem),
        _ => None,
    }
}

/// The variable of `Path(a)`.
fn variable(pattern: &Pat) -> Option<&Ident> {
    let Pat::TupleStruct(path) = pattern else { return None };
    match path.elems.first()? {
        Pat::Ident(pattern) => Some(&pattern.ident),
        _ => None,
    }
}

/// The variables of `Path((a, b))`.
fn variables(pattern: &Pat) -> Option<Vec<String>> {
    let Pat::TupleStruct(path) = pattern else { return None };
    let Some(Pat::Tuple(tuple)) = path.elems.first() else { return None };
    let name = |pattern: &Pat| match pattern {
        Pat::Ident(pattern) => Some(pattern.ident.to_string()),
        _ => None,
    };
    tuple.elems.iter().map(name).collect()
}

fn number(count: usize) -> String {
    let words = ["no", "one", "two", "three", "four"];
    words.get(count).map_or_else(|| count.to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(route: &str, signature: &str) -> String {
        let route: LitStr = syn::parse_str(&format!("\"{route}\"")).unwrap();
        let mut errors = Errors::default();
        check(&[&route], &syn::parse_str(signature).unwrap(), &mut errors);
        errors.into_compile_error().to_string()
    }

    #[test]
    fn an_extractor_that_does_not_fit_is_refused() {
        for (route, signature, part) in [
            (
                "/b/{x}/{y}",
                "fn f(Path(x): Path<u32>)",
                "two parameters, but this extractor takes one",
            ),
            ("/b/{x}/{y}", "fn f(Path(x): extract::Path<String>)", "`Path((x, y)): Path<(T, T)>`"),
            ("/b/{x}/{y}/{*z}", "fn f(Path((x, y)): Path<(u8, u8)>)", "three parameters"),
            ("/b/{x}/{y}", "fn f(Path((y, x)): Path<(u8, u8)>)", "write `Path((x, y))`"),
            ("/b/{x}/{y}", "fn f(x: Option<Path<u8>>)", "two parameters"),
            (
                "/b",
                "fn f(Path(x): Path<u8>)",
                "`/b` has no parameters, but this extractor takes one",
            ),
            ("/", "fn f(Path(x): Path<u8>)", "add them: `/{x}`"),
            ("/b/{x}", "fn f(Path((x, y)): Path<(u8, u8)>)", "take one value: `Path(x): Path<T>`"),
            (
                "/b/{x}",
                "fn f(path: Path<(u8, u8)>)",
                "has one parameter, but this extractor takes two",
            ),
            ("/b/{x}/{y}", "fn f(Path(p): Path<(u8, u8, u8)>)", "take each once: `Path((x, y))`"),
        ] {
            let error = error(route, signature);
            assert!(error.contains(part), "{signature}: {error}");
        }
    }

    #[test]
    fn an_extractor_that_may_fit_is_accepted() {
        for (route, signature) in [
            ("/b/{x}/{y}", "fn f(Path(all): Path<Params>)"),
            ("/b/{x}/{y}", "fn f(Path((a, b)): Path<(u8, u8)>)"),
            ("/b/{x}", "fn f(Path(all): Path<TenantAndX>)"),
            ("/b/{x}", "fn f(Path((tenant, x)): Path<(u8, u8)>)"),
            ("/b/{x}/{y}", "fn f(Path((tenant, x, y)): Path<(u8, u8, u8)>)"),
            ("/b", "fn f(x: Option<Path<u8>>)"),
            ("/b/{x}/{y}", "fn f(Path(all): Path<HashMap<String, String>>)"),
            ("/b/{x}/{y}", "fn f(path: &Path)"),
            ("/b/{{x}}/{y}", "fn f(Path(y): Path<u8>)"),
        ] {
            assert_eq!(error(route, signature), "", "{signature}");
        }
    }
}
