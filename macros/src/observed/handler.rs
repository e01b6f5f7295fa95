//! A function with a route is an axum handler. What axum refuses is reported where the function is written, once: the future
//! that it returns states what was checked, so that `routes![]` does not report it again.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    FnArg, GenericArgument, GenericParam, Ident, LitStr, Pat, PathArguments, Signature, Type,
    TypeParamBound,
};

use super::model::Model;
use super::route::parameter_names;
use crate::diagnostics::Errors;
use crate::paths::located_at;
use crate::wrap::{self, FunctionKind, HandlerState};

/// Types of the standard library that hold data and are no extractors.
const DATA: &[&str] = &[
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32",
    "u64", "u128", "usize", "Vec", "HashMap", "BTreeMap",
];

/// The most arguments of a handler.
const MOST_ARGUMENTS: usize = 16;

/// Reports what the tokens of a signature show.
pub(super) fn check(routes: &[&LitStr], signature: &Signature, errors: &mut Errors) {
    if let Some(ty) = wrap::never(signature) {
        errors.add(ty, "a handler returns a response; a function that never returns is none");
    } else if FunctionKind::of(signature) == FunctionKind::Sync {
        let name = &signature.ident;
        errors.add(
            signature.fn_token,
            format_args!("axum awaits what a handler returns: write `async fn {name}`"),
        );
    }
    if let Some(argument) = signature.inputs.iter().nth(MOST_ARGUMENTS) {
        errors.add(
            argument,
            "axum takes at most 16 arguments; take some as one: a tuple of extractors is an extractor",
        );
    }
    for input in &signature.inputs {
        let FnArg::Typed(parameter) = input else { continue };
        if let Some(message) = refused(&parameter.ty, named(&parameter.pat, routes)) {
            errors.add(&parameter.ty, message);
        }
    }
}

/// The variable of a parameter, if a route has a parameter of that name.
fn named(pattern: &Pat, routes: &[&LitStr]) -> Option<String> {
    let Pat::Ident(variable) = pattern else { return None };
    let name = variable.ident.to_string();
    let is_parameter = |route: &&LitStr| parameter_names(&route.value()).contains(&&*name);
    routes.iter().any(is_parameter).then_some(name)
}

/// Why a type is no extractor for any state.
fn refused(ty: &Type, parameter: Option<String>) -> Option<String> {
    match ty {
        Type::Group(group) => refused(&group.elem, parameter),
        Type::Reference(reference) => Some(match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => {
                "a handler owns its arguments: take the body as `String`, or a part of the path as `Path<String>`"
                    .to_owned()
            }
            _ => "a handler owns its arguments, and a reference is no extractor; take what all requests share as `State<..>`"
                .to_owned(),
        }),
        Type::Path(path) if path.qself.is_none() && path.path.segments.len() == 1 => {
            let last = &path.path.segments[0];
            let name = last.ident.to_string();
            let is_data = |name: &str| DATA.contains(&name);
            let shown = shown(ty);
            let inner = match &last.arguments {
                PathArguments::AngleBracketed(arguments) if name == "Option" => {
                    arguments.args.first().and_then(|argument| match argument {
                        GenericArgument::Type(Type::Path(inner)) => inner.path.get_ident(),
                        _ => None,
                    })
                }
                _ => None,
            };
            if !is_data(&name) && !inner.is_some_and(|inner| is_data(&inner.to_string())) {
                return None;
            }
            Some(match parameter {
                Some(name) => format!("`{shown}` is no extractor: write `Path({name}): Path<{shown}>`"),
                None => format!(
                    "`{shown}` is no extractor; an argument of a handler is one: `Path<..>`, `Query<..>`, `Json<..>`"
                ),
            })
        }
        _ => None,
    }
}

/// What the compiler is to check, and when.
pub(super) fn state(model: &Model, signature: &Signature) -> HandlerState {
    let is_generic = |parameter: &GenericParam| !matches!(parameter, GenericParam::Lifetime(_));
    let arguments_are_opaque = signature.inputs.iter().any(|input| match input {
        FnArg::Typed(parameter) => mentions_opaque(&parameter.ty, |_| true),
        FnArg::Receiver(_) => true,
    });
    let output = wrap::output_type(signature);
    let is_named = match &output {
        None => matches!(signature.output, syn::ReturnType::Default),
        Some(ty) => {
            !mentions_opaque(ty, |bound| !is_response(bound))
                && (model.value.is_some() || matches!(ty, Type::ImplTrait(_)))
        }
    };
    if signature.generics.params.iter().any(is_generic) || arguments_are_opaque || !is_named {
        return HandlerState::Unchecked;
    }
    HandlerState::Checked
}

/// Whether a type contains an `impl Trait` with `bounds`.
fn mentions_opaque(ty: &Type, bounds: impl Fn(&syn::TypeImplTrait) -> bool) -> bool {
    struct Opaque<F>(F, bool);
    impl<'ast, F: Fn(&syn::TypeImplTrait) -> bool> Visit<'ast> for Opaque<F> {
        fn visit_type_impl_trait(&mut self, ty: &'ast syn::TypeImplTrait) {
            self.1 |= (self.0)(ty);
            visit::visit_type_impl_trait(self, ty);
        }
    }
    let mut opaque = Opaque(bounds, false);
    opaque.visit_type(ty);
    opaque.1
}

fn is_response(ty: &syn::TypeImplTrait) -> bool {
    ty.bounds.iter().any(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            bound.path.segments.last().is_some_and(|last| last.ident == "IntoResponse")
        }
        _ => false,
    })
}

/// The constant that checks the order of the arguments. It is one, so that it reports one fault.
pub(super) fn checks(model: &Model, signature: &Signature, state: HandlerState) -> TokenStream {
    if state == HandlerState::Unchecked {
        return TokenStream::new();
    }
    let types = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => Some(&*parameter.ty),
        FnArg::Receiver(_) => None,
    });
    let types: Vec<&Type> = types.collect();
    let others = types.split_last().map_or(&[][..], |(_, others)| others);
    let order = others.iter().filter(|ty| !is_of_parts(ty)).map(|ty| {
        let span = ty.span();
        let private = model.crate_path.private(span);
        let message = format!(
            "`{}` reads the body of the request, so it comes last among the arguments, and only once",
            shown(ty)
        );
        quote_spanned!(span=> #private::require(!#private::ArgumentProbe::<#ty>::READS_BODY, #message);)
    });
    let order: TokenStream = order.collect();
    if order.is_empty() { order } else { quote!(const _: () = { #order };) }
}

/// Extractors of axum that do not read the body. Not to ask for them saves the compiler time.
fn is_of_parts(ty: &Type) -> bool {
    const NAMES: &[&str] = &["ConnectInfo", "Extension", "HeaderMap", "Path", "Query", "State"];
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| {
        NAMES.iter().any(|name| last.ident == name)
    }))
}

/// A type as it is written, without the spaces between tokens.
fn shown(ty: &Type) -> String {
    let text = quote!(#ty).to_string();
    text.replace(" :: ", "::")
        .replace(" < ", "<")
        .replace(" >", ">")
        .replace("< ", "<")
        .replace("& ", "&")
        .replace(" ,", ",")
}

/// An item that an `impl` block takes as well, and its name, which only resolves outside of one: an attribute on a method does
/// not see the block.
pub(super) fn outside_of_impl_blocks(model: &Model, signature: &Signature) -> (Ident, TokenStream) {
    let span = located_at(model.routes.first().map_or_else(Span::call_site, |route| route.span));
    let function = syn::ext::IdentExt::unraw(&signature.ident);
    let name = Ident::new(&format!("a_method_has_no_route_but_{function}_states_one"), span);
    let constant = quote_spanned!(span=> const #name: () = (););
    (name, constant)
}
