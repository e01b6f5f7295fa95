//! `#[observed]` on an `impl` block: every method, under the name of its type.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, ImplItem, ImplItemFn, ItemImpl, Meta, Type};

use super::parse::Options;
use super::{generate, validate};
use crate::diagnostics::Errors;
use crate::wrap::are_inert;

pub(super) fn expand(options: Options, mut block: ItemImpl, mut errors: Errors) -> TokenStream {
    let original = block.to_token_stream();
    validate::check_block_options(&options, &mut errors);
    let ty = type_name(&block.self_ty);
    let shared = !are_inert(&block.attrs);
    let place = validate::Place::Method { ty: ty.as_deref(), block: Some(&block.generics) };
    for item in &mut block.items {
        if let ImplItem::Fn(method) = item
            && let Some(observed) = self::method(&options, method, place, shared, &mut errors)
        {
            *item = ImplItem::Verbatim(observed);
        }
    }
    errors.append(options.errors);
    if errors.is_empty() {
        return block.into_token_stream();
    }
    [errors.into_compile_error(), without_attributes(&original)].into_iter().collect()
}

/// The method, observed; `None` when it is skipped or at fault.
fn method(
    block: &Options,
    method: &mut ImplItemFn,
    place: validate::Place<'_>,
    shared: bool,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let mut own = Options::default();
    if let Some(attribute) = take(&mut method.attrs) {
        let parsed = match &attribute.meta {
            Meta::Path(_) => Ok(Options::default()),
            Meta::List(list) => list.parse_args::<Options>(),
            Meta::NameValue(pair) => {
                Err(syn::Error::new_spanned(pair, "expected `#[observed(..)]`"))
            }
        };
        own = errors.note(parsed)?;
    }
    if own.skip.get().is_some() {
        return None;
    }
    own.inherit(block);
    let model = validate::validate(own, &method.sig, &method.attrs, place, errors)?;
    if !errors.is_empty() {
        return None;
    }
    let ImplItemFn { attrs, vis, sig, block, .. } = method;
    Some(generate::method(&model, attrs, vis, sig, block, shared))
}

/// Takes the first `#[observed]` of a method.
fn take(attributes: &mut Vec<Attribute>) -> Option<Attribute> {
    let position = attributes.iter().position(is_observed)?;
    Some(attributes.remove(position))
}

fn is_observed(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == "observed")
}

/// The block as it was written, without our attributes inside: they would be told off a second time.
fn without_attributes(block: &TokenStream) -> TokenStream {
    let Ok(mut block) = syn::parse2::<ItemImpl>(block.clone()) else { return block.clone() };
    for item in &mut block.items {
        if let ImplItem::Fn(method) = item {
            method.attrs.retain(|attribute| !is_observed(attribute));
        }
    }
    block.into_token_stream()
}

/// The last word of a type's path: `Store` of `crate::Store<T>`.
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
    /// Takes what the block says where the method says nothing.
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
        if self.runtime.get().is_none() {
            self.runtime = block.runtime.clone();
        }
    }
}
