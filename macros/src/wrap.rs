//! A function's body made the argument of one runtime call.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Block, GenericArgument, Ident, PathArguments, ReturnType, Signature, Type, TypeParamBound,
    TypePath,
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

/// An identifier that the user's code cannot see or shadow: hygiene keeps it from the user's variables, its
/// prefix from constants, which a pattern would refer to.
pub(crate) fn hidden(name: &str) -> Ident {
    Ident::new(&format!("__goldsignal_{name}"), Span::mixed_site())
}

/// Whether the function returns `!`, which nothing but a return type can name.
pub(crate) fn diverges(signature: &Signature) -> bool {
    matches!(returned(signature), Some(Type::Never(_)))
}

/// The expression that reads `value`, a reference to what the function returned, where the probes are in
/// scope.
pub(crate) fn verdict(value: &Ident, span: Span, private: &TokenStream) -> TokenStream {
    quote_spanned! {span=>
        #private::conclude((&&&&&&&&#private::Returned(#value)).verdict())
    }
}

/// The expression that finds the error in `value`, if it is one that may be told. Where nothing of the type is
/// written, the compiler does not know it yet when it would have to choose a probe.
pub(crate) fn cause(
    signature: &Signature,
    value: &Ident,
    span: Span,
    private: &TokenStream,
) -> TokenStream {
    if value_type(signature).and_then(|ty| writable(&ty)).is_none() {
        return quote_spanned!(span=> #private::None);
    }
    quote_spanned!(span=> (&&&&&#private::Returned(#value)).cause())
}

/// The body that hands `block` to `head`, the begun runtime call, and reads its value by `judge`.
pub(crate) fn body(
    signature: &Signature,
    block: &Block,
    head: &TokenStream,
    judge: &TokenStream,
    private: &TokenStream,
) -> TokenStream {
    let call = match Shape::of(signature) {
        Shape::Sync => {
            let returns = stated(signature).map(|ty| quote!(-> #ty));
            quote!(#head.call(move || #returns #block, #judge))
        }
        Shape::Async => {
            let edge = stated(signature).map(|ty| {
                // An `async` block cannot state its type; without this a `return` and a tail that are
                // coerced to it would no longer agree.
                quote_spanned!(ty.span()=> if false { return #private::never::<#ty>(); })
            });
            let statements = &block.stmts;
            quote!(#head.future(async move { #edge #(#statements)* }).judge(#judge).await)
        }
        Shape::Future => {
            let output = value_type(signature).and_then(|ty| writable(&ty));
            let make = output.map_or_else(
                || quote!(move || #block),
                |ty| quote!(#private::making::<#ty, _, _>(move || #block)),
            );
            quote!(#head.make(#make).judge(#judge))
        }
        Shape::Boxed => {
            let returns = stated(signature).map(|ty| quote!(-> #ty));
            quote!(#private::Box::pin(#head.make(move || #returns #block).judge(#judge)))
        }
    };
    quote!({ use #private::probing::*; #call })
}

/// The return type, where it can be written again: not `!`.
fn stated(signature: &Signature) -> Option<Type> {
    returned(signature).filter(|ty| !matches!(ty, Type::Never(_))).and_then(writable)
}

/// A type as it can be written inside the body: `_` stands for every `impl Trait`, the rest is known from the
/// start. `None` where nothing else is left.
fn writable(ty: &Type) -> Option<Type> {
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

fn returned(signature: &Signature) -> Option<&Type> {
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

/// Whether `tokens` mention `name` as a variable or the start of a path.
pub(crate) fn mentions(expr: &syn::Expr, name: &str) -> Option<Ident> {
    struct Finder<'a>(&'a str, Option<Ident>);
    impl<'ast> Visit<'ast> for Finder<'_> {
        fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
            if let Some(ident) = path.path.get_ident().filter(|ident| *ident == self.0) {
                self.1.get_or_insert_with(|| ident.clone());
            }
            visit::visit_expr_path(self, path);
        }
    }
    let mut finder = Finder(name, None);
    finder.visit_expr(expr);
    finder.1
}

/// Whether a parameter binds `name`.
pub(crate) fn binds(signature: &Signature, name: &str) -> bool {
    struct Finder<'a>(&'a str, bool);
    impl<'ast> Visit<'ast> for Finder<'_> {
        fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
            self.1 |= pattern.ident == self.0;
            visit::visit_pat_ident(self, pattern);
        }
    }
    let mut finder = Finder(name, false);
    for input in &signature.inputs {
        finder.visit_fn_arg(input);
    }
    finder.1
}
