//! `#[observed]`: observes the calls of a function.

mod buckets;
mod fields;
mod generate;
mod generics;
mod impl_block;
mod model;
mod parse;
mod route;
mod static_type;
mod validate;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Item;

use crate::diagnostics::Errors;

/// Expands the attribute on a function or an `impl` block.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = errors.handle(syn::parse2(arguments)).unwrap_or_default();
    let Some(parsed) = errors.handle(syn::parse2::<Item>(item.clone())) else {
        return [errors.into_compile_error(), item].into_iter().collect();
    };
    match parsed {
        Item::Fn(function) => {
            let context = match function.sig.receiver() {
                Some(_) => validate::FunctionContext::Method { ty: None, block: None },
                None => validate::FunctionContext::Free,
            };
            let model =
                validate::validate(options, &function.sig, &function.attrs, context, &mut errors)
                    .filter(|_| errors.is_empty());
            match model {
                Some(model) => generate::function(&model, function),
                None => [errors.into_compile_error(), item].into_iter().collect(),
            }
        }
        Item::Impl(block) => impl_block::expand(options, block, errors),
        Item::Trait(item) => {
            errors.add(
                item.ident.to_token_stream(),
                "`#[observed]` goes on functions and `impl` blocks; put it on the methods that have a body",
            );
            [errors.into_compile_error(), item.to_token_stream()].into_iter().collect()
        }
        _ if syn::parse2::<syn::TraitItemFn>(item.clone()).is_ok() => {
            let message = "`#[observed]` needs a body to observe; put it on the implementations";
            errors.add(&item, message);
            [errors.into_compile_error(), item].into_iter().collect()
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
            [errors.into_compile_error(), item].into_iter().collect()
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

/// The item's name, or the whole item if it has none.
fn name(item: &Item) -> TokenStream {
    match item {
        Item::Struct(item) => item.ident.to_token_stream(),
        Item::Enum(item) => item.ident.to_token_stream(),
        Item::Union(item) => item.ident.to_token_stream(),
        Item::Mod(item) => item.ident.to_token_stream(),
        Item::Const(item) => item.ident.to_token_stream(),
        Item::Static(item) => item.ident.to_token_stream(),
        other => other.to_token_stream(),
    }
}
