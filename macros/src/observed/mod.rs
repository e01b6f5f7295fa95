//! `#[observed]`: observes the calls of a function.

mod field_list;
mod fields;
mod generate;
mod generics;
mod handler;
mod impl_block;
mod implied_secret;
mod model;
mod parameter;
mod parse;
mod path_parameters;
mod poll_budget;
mod route;
mod static_type;
pub(crate) mod template;
mod tool;
mod validate;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Item, ItemFn};

pub(crate) use self::parse::METHODS;
#[cfg(test)]
pub(crate) use self::parse::OPTIONS;
use self::parse::Options;
pub(crate) use self::route::HAS_AXUM;
use crate::diagnostics::Errors;
use crate::function;
use crate::paths::CratePath;
use crate::wrap::{self, are_inert};

/// Expands the attribute on a function or an `impl` block.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand_at(Position::Any, arguments, item)
}

/// Expands the attribute after all others.
pub(crate) fn expand_last(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand_at(Position::Last, arguments, item)
}

/// Whether other attribute macros may be expanded after this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Position {
    Any,
    Last,
}

fn expand_at(position: Position, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let given = arguments.clone();
    let mut errors = Errors::default();
    let parsed = errors.handle(syn::parse2::<Options>(arguments));
    let may_have_route = parsed.as_ref().is_none_or(|options| !options.routes.is_empty());
    let options = parsed.unwrap_or_default();
    let states_route = !options.routes.is_empty();
    if function::is_statement(&item) {
        return item;
    }
    let Some(parsed) = errors.handle(function::item(&item)) else {
        return errors.beside(item);
    };
    match parsed {
        Item::Fn(function) => {
            let context = match function.sig.receiver() {
                Some(_) => validate::FunctionContext::Method { ty: None, block: None },
                None => validate::FunctionContext::Free,
            };
            let crate_path = options.crate_path.get().cloned().map(CratePath::new);
            let model =
                validate::validate(options, &function.sig, &function.attrs, context, &mut errors)
                    .filter(|_| errors.is_empty());
            if let Some(model) = model {
                let is_last = position == Position::Last || are_inert(&function.attrs);
                let expansion = if !model.routes.is_empty() && !is_last {
                    after_others(&model.crate_path, &given, &function)
                } else {
                    generate::function(&model, function)
                };
                return model.crate_path.checked_attribute(expansion, &item);
            }
            // A function whose options cannot be read may be one without a route, which returns no future.
            let is_handler = states_route || may_have_route && function.sig.asyncness.is_some();
            if HAS_AXUM && is_handler && function.sig.receiver().is_none() {
                let crate_path =
                    CratePath::given(crate_path, TokenStream::new(), &mut Errors::default());
                let expansion = generate::faulty(&function, &crate_path, errors);
                return crate_path.checked_attribute(expansion, &item);
            }
            errors.beside(item)
        }
        Item::Impl(block) => {
            let crate_path = options.crate_path.get().cloned().map(CratePath::new);
            let expansion = impl_block::expand(options, block, errors);
            crate_path.unwrap_or_default().checked_attribute(expansion, &item)
        }
        Item::Trait(item) => {
            errors.add(
                item.ident.to_token_stream(),
                "`#[observed]` goes on functions and `impl` blocks; put it on the methods that have a body",
            );
            errors.beside(item)
        }
        _ if syn::parse2::<syn::TraitItemFn>(item.clone()).is_ok() => {
            let message = "`#[observed]` needs a body to observe; put it on the implementations";
            errors.add(&item, message);
            errors.beside(item)
        }
        other => {
            let what = describe(&other);
            errors.add(
                name(&other),
                format_args!(
                    "`#[observed]` goes on functions and `impl` blocks, not on {what}; \
                     use `#[derive(Metrics)]`, `#[derive(Labels)]` or `#[derive(Fault)]` for types"
                ),
            );
            errors.beside(item)
        }
    }
}

/// The function with this attribute as its last one: other macros would not understand the future that a function with a
/// route returns.
fn after_others(crate_path: &CratePath, arguments: &TokenStream, function: &ItemFn) -> TokenStream {
    let private = crate_path.private(Span::call_site());
    let attributes = function.attrs.iter().map(wrap::as_outer);
    let function = ItemFn { attrs: Vec::new(), ..function.clone() };
    quote!(#(#attributes)* #[#private::observed_last(#arguments)] #function)
}

fn describe(item: &Item) -> &'static str {
    match item {
        Item::Struct(_) => "a struct",
        Item::Enum(_) => "an enum",
        Item::Union(_) => "a union",
        Item::Mod(_) => "a module",
        Item::Const(_) | Item::Static(_) => "a constant",
        Item::Macro(_) => "a macro",
        _ => "this item",
    }
}

/// The item's name, or its keyword if it has none.
pub(crate) fn name(item: &Item) -> TokenStream {
    match item {
        Item::Struct(item) => item.ident.to_token_stream(),
        Item::Enum(item) => item.ident.to_token_stream(),
        Item::Union(item) => item.ident.to_token_stream(),
        Item::Mod(item) => item.ident.to_token_stream(),
        Item::Const(item) => item.ident.to_token_stream(),
        Item::Static(item) => item.ident.to_token_stream(),
        Item::ForeignMod(item) => item.abi.extern_token.to_token_stream(),
        Item::Macro(item) => item.mac.path.to_token_stream(),
        Item::Type(item) => item.type_token.to_token_stream(),
        Item::Use(item) => item.use_token.to_token_stream(),
        Item::ExternCrate(item) => item.crate_token.to_token_stream(),
        other => other.to_token_stream(),
    }
}
