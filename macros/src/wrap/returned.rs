//! What a signature says about the value that its function gives.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    GenericArgument, Lifetime, PathArguments, ReturnType, Signature, Type, TypeParamBound,
    TypePath, TypeReference,
};

/// How a function gives its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `fn`
    Sync,
    /// `async fn`
    Async,
    /// `fn -> impl Future<Output = …>`
    Future,
    /// `fn -> Pin<Box<dyn Future<Output = …>>>`, `BoxFuture`, `LocalBoxFuture`
    Boxed,
}

impl Shape {
    pub(crate) fn of(signature: &Signature) -> Self {
        if signature.asyncness.is_some() {
            return Self::Async;
        }
        match returned(signature) {
            Some(ty) if impl_future(ty).is_some() => Self::Future,
            Some(ty) if boxed_future(ty).is_some() => Self::Boxed,
            _ => Self::Sync,
        }
    }
}

/// The type of the value that the call ends with: a future's output, where it returns one.
pub(crate) fn value_type(signature: &Signature) -> Option<Type> {
    let ty = returned(signature)?;
    match Shape::of(signature) {
        Shape::Sync | Shape::Async => Some(ty.clone()),
        Shape::Future => impl_future(ty)?.cloned(),
        Shape::Boxed => boxed_future(ty)?.cloned(),
    }
}

/// Where faults of the returned value are shown.
pub(crate) fn return_span(signature: &Signature) -> Span {
    match &signature.output {
        ReturnType::Default => signature.ident.span(),
        ReturnType::Type(_, ty) => ty.span(),
    }
}

/// Whether the function returns `!`, which nothing but a return type can name.
pub(crate) fn diverges(signature: &Signature) -> bool {
    matches!(returned(signature), Some(Type::Never(_)))
}

/// Whether a value of this type may hold a reference that is not `'static`. Whether that becomes a response cannot
/// be asked: only `'static` ones do, and the question would demand that this one is.
pub(super) fn borrows(ty: &Type) -> bool {
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

/// A type as it can be written inside the body: `_` stands for every `impl Trait`, the rest is known from the
/// start. `None` where nothing else is left.
pub(super) fn writable(ty: &Type) -> Option<Type> {
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

pub(super) fn returned(signature: &Signature) -> Option<&Type> {
    match &signature.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some(ty),
    }
}

/// The output of `impl Future<Output = T>`; `Some(None)` where it is not stated.
#[expect(clippy::option_option, reason = "no future, a future of something, a future of T")]
fn impl_future(ty: &Type) -> Option<Option<&Type>> {
    let Type::ImplTrait(ty) = ty else { return None };
    future_bound(ty.bounds.iter())
}

#[expect(clippy::option_option, reason = "as `impl_future`")]
fn future_bound<'a>(
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
    let inner = first_type(segment).filter(|_| segment.ident == "Pin")?;
    let boxed = last_segment(inner).filter(|segment| segment.ident == "Box")?;
    match first_type(boxed)? {
        Type::TraitObject(object) => future_bound(object.bounds.iter()),
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
