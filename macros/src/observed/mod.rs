//! `#[observed]`: a function's calls are observed.

mod fields;
mod generate;
mod implementation;
mod model;
mod parse;
mod returns;
mod route;
mod validate;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Item;

use crate::diagnostics::Errors;

pub(crate) use parse::pass_over;

/// Expands the attribute on a function or an `impl` block.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = errors.note(syn::parse2(arguments)).unwrap_or_default();
    let Some(parsed) = errors.note(syn::parse2::<Item>(item.clone())) else {
        return [errors.into_compile_error(), item].into_iter().collect();
    };
    match parsed {
        Item::Fn(function) => {
            let place = match function.sig.receiver() {
                Some(_) => validate::Place::Method { ty: None, block: None },
                None => validate::Place::Free,
            };
            let model =
                validate::validate(options, &function.sig, &function.attrs, place, &mut errors)
                    .filter(|_| errors.is_empty());
            match model {
                Some(model) => generate::function(&model, function),
                None => [errors.into_compile_error(), item].into_iter().collect(),
            }
        }
        Item::Impl(block) => implementation::expand(options, block, errors),
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
            let what = kind(&other);
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

fn kind(item: &Item) -> &'static str {
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
