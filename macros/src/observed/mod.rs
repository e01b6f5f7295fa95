//! `#[observed]`: observes the calls of a function.

mod field_list;
mod fields;
mod generate;
mod generics;
mod impl_block;
mod implied_secret;
mod model;
mod parameter;
mod parse;
mod path_parameters;
mod route;
mod static_type;
pub(crate) mod template;
mod validate;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Item;

pub(crate) use self::parse::METHODS;
#[cfg(test)]
pub(crate) use self::parse::OPTIONS;
use self::parse::Options;
pub(crate) use self::route::HAS_AXUM;
use crate::diagnostics::Errors;
use crate::function;
use crate::paths::CratePath;

/// Expands the attribute on a function or an `impl` block.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let parsed = errors.handle(syn::parse2::<Options>(arguments));
    let may_have_route = parsed.as_ref().is_none_or(|options| !options.routes.is_empty());
    let options = parsed.unwrap_or_default();
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
                return generate::function(&model, function);
            }
            let is_handler = may_have_route && function.sig.receiver().is_none();
            let crate_path =
                CratePath::given(crate_path, TokenStream::new(), &mut Errors::default());
            let route = is_handler.then(|| generate::fallback_route(&function, &crate_path));
            [route.unwrap_or_default(), errors.beside(item)].into_iter().collect()
        }
        Item::Impl(block) => impl_block::expand(options, block, errors),
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
