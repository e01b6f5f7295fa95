//! `#[business_counter]`: adds to a counter when a call of the function ends.

mod generate;
mod model;
mod parse;
mod validate;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Item, TraitItemFn};

use crate::diagnostics::Errors;
use crate::function;

/// Expands the attribute on a function or method.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    if function::is_statement(&item) {
        return item;
    }
    let function = function::function(&item).map_err(|_| not_a_function(&item));
    let function = errors.handle(function);
    let model = parse::parse(arguments, &mut errors);
    if let (Some(model), Some(function)) = (&model, &function) {
        validate::check(model, function, &mut errors);
        if errors.is_empty() {
            return model.crate_path.checked_attribute(generate::generate(model, function), &item);
        }
    }
    errors.beside(item)
}

fn not_a_function(item: &TokenStream) -> syn::Error {
    if let Ok(method) = syn::parse2::<TraitItemFn>(item.clone()) {
        let message = "`#[business_counter]` needs a function body; put it on the implementations";
        return syn::Error::new_spanned(method.sig.ident, message);
    }
    let culprit = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Impl(block)) => block.self_ty.to_token_stream(),
        Ok(Item::Struct(item)) => item.ident.to_token_stream(),
        Ok(Item::Enum(item)) => item.ident.to_token_stream(),
        Ok(Item::Trait(item)) => item.ident.to_token_stream(),
        Ok(Item::Mod(item)) => item.ident.to_token_stream(),
        // Its first word: an item may be long.
        _ => item.clone().into_iter().take(1).collect(),
    };
    syn::Error::new_spanned(culprit, "`#[business_counter]` goes on a function or method")
}
