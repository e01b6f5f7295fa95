//! `#[observed]` on an `impl` block: observes every method, with the type in its name.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, ImplItem, ImplItemFn, ItemImpl, Meta, Type};

use super::generate;
use super::parse::Options;
use super::validate::{self, is_observed};
use crate::diagnostics::Errors;
use crate::wrap::are_inert;

pub(super) fn expand(options: Options, mut block: ItemImpl, mut errors: Errors) -> TokenStream {
    let original = block.to_token_stream();
    validate::check_block_options(&options, &mut errors);
    let ty = type_name(&block.self_ty);
    validate::refuse_second(&block.attrs, &mut errors);
    let other_macros_follow = !are_inert(&block.attrs);
    let context =
        validate::FunctionContext::Method { ty: ty.as_deref(), block: Some(&block.generics) };
    for item in &mut block.items {
        let ImplItem::Fn(method) = item else { continue };
        let observed = self::method(&options, method, context, other_macros_follow, &mut errors);
        if let Some(observed) = observed {
            *item = ImplItem::Verbatim(observed);
        }
    }
    errors.append(options.errors);
    let has_methods =
        block.items.iter().any(|item| !matches!(item, ImplItem::Const(_) | ImplItem::Type(_)));
    if !has_methods {
        let message = "this `impl` block has no method to observe; remove `#[observed]`";
        errors.add(&block.self_ty, message);
    }
    if errors.is_empty() {
        return block.into_token_stream();
    }
    errors.beside(without_attributes(&original))
}

/// Generates the observed method; `None` if it is skipped or has an error.
fn method(
    block: &Options,
    method: &mut ImplItemFn,
    context: validate::FunctionContext<'_>,
    other_macros_follow: bool,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let mut own = Options::default();
    if let Some(attribute) = remove_observed(&mut method.attrs) {
        let parsed = match &attribute.meta {
            Meta::Path(_) => Ok(Options::default()),
            Meta::List(list) => list.parse_args::<Options>(),
            Meta::NameValue(pair) => {
                Err(syn::Error::new_spanned(pair, "expected `#[observed(..)]`"))
            }
        };
        own = errors.handle(parsed)?;
    }
    if own.skip.get().is_some() {
        errors.append(std::mem::take(&mut own.errors));
        validate::check_skipped(&own, errors);
        return None;
    }
    own.inherit(block);
    let model = validate::validate(own, &method.sig, &method.attrs, context, errors)?;
    if !errors.is_empty() {
        return None;
    }
    let ImplItemFn { attrs, vis, sig, block, .. } = method;
    Some(generate::method(&model, attrs, vis, sig, block, other_macros_follow))
}

/// Removes the first `#[observed]` of a method and returns it.
fn remove_observed(attributes: &mut Vec<Attribute>) -> Option<Attribute> {
    let position = attributes.iter().position(is_observed)?;
    Some(attributes.remove(position))
}

/// The block as it was written, without `#[observed]` on its methods, which would report the same errors again.
fn without_attributes(block: &TokenStream) -> TokenStream {
    let Ok(mut block) = syn::parse2::<ItemImpl>(block.clone()) else { return block.clone() };
    for item in &mut block.items {
        if let ImplItem::Fn(method) = item {
            method.attrs.retain(|attribute| !is_observed(attribute));
        }
    }
    block.into_token_stream()
}

/// The last segment of a type's path: `Store` for `crate::Store<T>`.
fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        Type::Reference(reference) => type_name(&reference.elem),
        Type::Group(group) => type_name(&group.elem),
        Type::Paren(paren) => type_name(&paren.elem),
        _ => None,
    }
}

impl Options {
    /// Adopts the options of the block that the method does not set itself.
    fn inherit(&mut self, block: &Self) {
        if self.slo.get().is_none() {
            self.slo = block.slo.clone();
        }
        if self.level.get().is_none() {
            self.level = block.level.clone();
        }
        if self.buckets.get().is_none() && self.long.get().is_none() {
            self.buckets = block.buckets.clone();
            self.long = block.long.clone();
        }
        if self.poll_budget.get().is_none() {
            self.poll_budget = block.poll_budget.clone();
        }
        if self.crate_path.get().is_none() {
            self.crate_path = block.crate_path.clone();
        }
    }
}
