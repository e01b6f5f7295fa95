//! What a function's signature says about the value that a call ends with.

use crate::paths::located_at;
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    GenericArgument, Lifetime, PathArguments, ReturnType, Signature, Type, TypeParamBound,
    TypePath, TypeReference, TypeTraitObject,
};

/// How a function returns its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FunctionKind {
    /// `fn`
    Sync,
    /// `async fn`
    AsyncFn,
    /// `fn -> impl Future<Output = …>`
    ReturnsFuture,
    /// `fn -> Pin<Box<dyn Future<Output = …>>>`, `BoxFuture`, `LocalBoxFuture`
    ReturnsBoxedFuture,
}

impl FunctionKind {
    pub(crate) fn of(signature: &Signature) -> Self {
        if signature.asyncness.is_some() {
            return Self::AsyncFn;
        }
        match return_type(signature) {
            Some(ty) if impl_future(ty).is_some() => Self::ReturnsFuture,
            Some(ty) if boxed_future(ty).is_some() => Self::ReturnsBoxedFuture,
            _ => Self::Sync,
        }
    }
}

/// The type of the value that a call ends with. For a function that returns a future, that is the future's output.
pub(crate) fn output_type(signature: &Signature) -> Option<Type> {
    let ty = return_type(signature)?;
    match FunctionKind::of(signature) {
        FunctionKind::Sync | FunctionKind::AsyncFn => Some(ty.clone()),
        FunctionKind::ReturnsFuture => impl_future(ty)?.cloned(),
        FunctionKind::ReturnsBoxedFuture => boxed_future(ty)?.cloned(),
    }
}

/// Where errors about the returned value are reported.
pub(crate) fn return_span(signature: &Signature) -> Span {
    match &signature.output {
        ReturnType::Default => located_at(signature.ident.span()),
        ReturnType::Type(_, ty) => located_at(ty.span()),
    }
}

/// Whether the function returns `!`. On stable Rust, `!` can be written only as a return type.
pub(crate) fn diverges(signature: &Signature) -> bool {
    never(signature).is_some()
}

/// The return type, if it is `!`.
pub(crate) fn never(signature: &Signature) -> Option<&Type> {
    return_type(signature).filter(|ty| matches!(ty, Type::Never(_)))
}

/// Whether a value of this type may contain a reference that is not `'static`.
///
/// The probe for `IntoResponse` is left out for such a value: axum implements it for `&'static str`, so the probe would
/// require that the reference is `'static`.
pub(super) fn may_borrow(ty: &Type) -> bool {
    struct Lifetimes(bool);
    impl<'ast> Visit<'ast> for Lifetimes {
        fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
            self.0 |= lifetime.ident != "static";
        }
        fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
            self.0 |= reference.lifetime.is_none();
            visit::visit_type_reference(self, reference);
        }
    }
    let mut lifetimes = Lifetimes(false);
    lifetimes.visit_type(ty);
    lifetimes.0
}

/// The type as it can be written inside of the body, with `_` for every `impl Trait`. `None` if only `_` is left.
pub(super) fn with_inferred_parts(ty: &Type) -> Option<Type> {
    struct Inferred;
    impl VisitMut for Inferred {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if matches!(ty, Type::ImplTrait(_)) {
                *ty = syn::parse_quote_spanned!(ty.span()=> _);
            } else {
                visit_mut::visit_type_mut(self, ty);
            }
        }
    }
    let mut ty = ty.clone();
    Inferred.visit_type_mut(&mut ty);
    Some(ty).filter(|ty| !matches!(ty, Type::Infer(_)))
}

/// The declared return type.
pub(super) fn return_type(signature: &Signature) -> Option<&Type> {
    match &signature.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some(ty),
    }
}

/// The output of `impl Future<Output = T>`; `Some(None)` if the bound has no `Output`.
#[expect(
    clippy::option_option,
    reason = "not a future, a future of an unknown output, a future of T"
)]
fn impl_future(ty: &Type) -> Option<Option<&Type>> {
    let Type::ImplTrait(ty) = ty else { return None };
    future_bound(ty.bounds.iter())
}

#[expect(clippy::option_option, reason = "as `impl_future`")]
pub(super) fn future_bound<'a>(
    mut bounds: impl Iterator<Item = &'a TypeParamBound>,
) -> Option<Option<&'a Type>> {
    bounds.find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let segment = bound.path.segments.last().filter(|segment| segment.ident == "Future")?;
        Some(match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => {
                arguments.args.iter().find_map(|argument| match argument {
                    GenericArgument::AssocType(assoc) if assoc.ident == "Output" => Some(&assoc.ty),
                    _ => None,
                })
            }
            _ => None,
        })
    })
}

/// The output of `Pin<Box<dyn Future<Output = T>>>`, `BoxFuture<'_, T>` or `LocalBoxFuture<'_, T>`.
#[expect(clippy::option_option, reason = "as `impl_future`")]
fn boxed_future(ty: &Type) -> Option<Option<&Type>> {
    let segment = last_segment(ty)?;
    if segment.ident == "BoxFuture" || segment.ident == "LocalBoxFuture" {
        return Some(first_type(segment));
    }
    future_bound(pinned_object(ty)?.bounds.iter())
}

/// The trait object of `Pin<Box<dyn Trait>>`.
pub(super) fn pinned_object(ty: &Type) -> Option<&TypeTraitObject> {
    let segment = last_segment(ty).filter(|segment| segment.ident == "Pin")?;
    let boxed = last_segment(first_type(segment)?).filter(|segment| segment.ident == "Box")?;
    match first_type(boxed)? {
        Type::TraitObject(object) => Some(object),
        _ => None,
    }
}

fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Path(TypePath { qself: None, path, .. }) => path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

fn first_type(segment: &syn::PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
