//! The return type of a function with a route: `routes![]` finds the route by it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Block, Ident, ReturnType, Signature, Type, parse_quote, parse_quote_spanned};

use super::return_type::{pinned_object, return_type};
use super::{FunctionKind, output_type};
use crate::paths::{as_generated, located_at};

/// What is known of a function with a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HandlerState {
    /// The compiler checks the response and the future where the function is.
    Checked,
    /// Only the place where it is mounted knows its types.
    Unchecked,
}

impl HandlerState {
    /// Changes the return type of `signature`, which was `original`. That the future moves between threads is reported at
    /// the name of the function.
    pub(super) fn add_to(
        self,
        signature: &mut Signature,
        original: &Signature,
        private: &TokenStream,
    ) {
        let span = located_at(signature.ident.span());
        let name = match self {
            Self::Checked => "HandlerFuture",
            Self::Unchecked => "GenericHandlerFuture",
        };
        set_future(signature, original, &Ident::new(name, span), private);
    }
}

/// Makes a function return the future of the trait `future`.
fn set_future(
    signature: &mut Signature,
    original: &Signature,
    future: &Ident,
    private: &TokenStream,
) {
    let span = located_at(signature.ident.span());
    let declared = return_type(original);
    let ty: Type = match (FunctionKind::of(original), declared) {
        (FunctionKind::ReturnsFuture, Some(Type::ImplTrait(ty))) => {
            let bounds = &ty.bounds;
            parse_quote_spanned!(span=> impl #bounds + #private::#future)
        }
        // A box of another type, which is still a future that can be moved.
        (FunctionKind::ReturnsBoxedFuture, Some(ty)) => {
            let bounds = pinned_object(ty).map_or_else(
                || {
                    let output = output_type(original).unwrap_or_else(|| parse_quote!(()));
                    quote!(#private::Future<Output = #output>)
                },
                |object| object.bounds.to_token_stream(),
            );
            parse_quote_spanned!(span=> impl #bounds + ::core::marker::Unpin + #private::#future)
        }
        _ => {
            let output = declared.map_or_else(|| quote!(()), ToTokens::to_token_stream);
            parse_quote_spanned!(span=> impl #private::#future<Output = #output>)
        }
    };
    signature.output = ReturnType::Type(parse_quote_spanned!(span=> ->), Box::new(ty));
}

/// The function of an attribute with errors, for which `routes![]` reports no others.
pub(crate) fn faulty(signature: &Signature, block: &Block, private: &TokenStream) -> TokenStream {
    let mut changed = signature.clone();
    changed.asyncness = None;
    let future = Ident::new("FaultyHandlerFuture", located_at(signature.ident.span()));
    set_future(&mut changed, signature, &future, private);
    let future = match FunctionKind::of(signature) {
        FunctionKind::Sync | FunctionKind::AsyncFn => {
            let output = match return_type(signature) {
                None => quote!(()),
                Some(ty) => {
                    super::with_inferred_parts(ty).map_or_else(|| quote!(_), |ty| as_generated(&ty))
                }
            };
            quote!(async move { if false { return #private::never::<#output>(); } else #block })
        }
        FunctionKind::ReturnsFuture | FunctionKind::ReturnsBoxedFuture => {
            quote!((move || #block)())
        }
    };
    quote!(#changed { #private::faulty(#future) })
}
