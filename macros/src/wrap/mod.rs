//! A function's body made the argument of one runtime call.

mod parameters;

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    AttrStyle, Attribute, Block, GenericArgument, Ident, Lifetime, PathArguments, ReturnType,
    Signature, Type, TypeParamBound, TypePath, TypeReference, Visibility,
};

pub(crate) use self::parameters::are_inert;
use self::parameters::{Captured, captured};

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
/// scope: a conclusion.
pub(crate) fn verdict(value: &Ident, span: Span, private: &TokenStream) -> TokenStream {
    quote_spanned!(span=> (&&&&&&&&#private::Returned(#value)).verdict())
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

/// A function whose body is made the argument of one runtime call.
pub(crate) struct Wrapped<'a> {
    pub(crate) attributes: &'a [Attribute],
    pub(crate) visibility: &'a Visibility,
    pub(crate) signature: &'a Signature,
    pub(crate) block: &'a Block,
    /// Whether attribute macros that are no part of `attributes` read the function after this one.
    pub(crate) shared: bool,
    pub(crate) private: TokenStream,
    /// The begun runtime call.
    pub(crate) head: TokenStream,
    /// What it captures at entry.
    pub(crate) fields: TokenStream,
    /// Whether `head` does nothing by itself: then the future need not be made in an `async fn`.
    pub(crate) lazy: bool,
    /// The closure that reads the value.
    pub(crate) judge: TokenStream,
}

impl Wrapped<'_> {
    /// The function.
    pub(crate) fn generate(&self) -> TokenStream {
        let Self { private, judge, visibility, .. } = self;
        let shape = Shape::of(self.signature);
        let shared = self.shared || !are_inert(self.attributes);
        let mut read: TokenStream = match shape {
            Shape::Async if self.lazy => TokenStream::new(),
            _ => [self.head.clone(), self.fields.clone()].into_iter().collect(),
        };
        if self.lazy && shared {
            // A counter that follows reads its labels of the parameters.
            read.extend(self.attributes.iter().map(ToTokens::to_token_stream));
        }
        let Captured { mut signature, mut statements, renamed } =
            captured(self.signature, shared, &read, !self.lazy);
        let (mut head, fields) = (self.head.clone(), &self.fields);
        if !fields.is_empty() && (shape == Shape::Async || renamed) {
            // As everything in an `async` body, they are read when the future is polled first.
            statements.extend(quote!(#private::entered() #fields;));
        } else {
            head.extend(fields.clone());
        }
        let call = match shape {
            Shape::Sync => {
                let returns = self.closure_returns();
                let body = self.body(&statements);
                quote!(#head.call(move || #returns #body, #judge))
            }
            Shape::Async => {
                let future = self.future(&statements);
                let future = quote!(#head.future(#future).judge(#judge));
                if self.lazy && !shared && self.is_plain_async() {
                    make_plain(&mut signature, private);
                    future
                } else if diverges(self.signature) {
                    quote!(match #future.await {})
                } else {
                    quote!(#future.await)
                }
            }
            Shape::Future => {
                let output = value_type(self.signature).and_then(|ty| writable(&ty));
                let body = self.body(&statements);
                let make = output.map_or_else(
                    || quote!(move || #body),
                    |ty| quote!(#private::making::<#ty, _, _>(move || #body)),
                );
                quote!(#head.make(#make).judge(#judge))
            }
            Shape::Boxed => {
                let returns = self.closure_returns();
                let body = self.body(&statements);
                quote!(#private::Box::pin(#head.make(move || #returns #body).judge(#judge)))
            }
        };
        let probing = match value_type(self.signature) {
            Some(ty) if borrows(&ty) => quote!(probing_borrowed),
            _ => quote!(probing),
        };
        let body = self.braced(quote!(use #private::#probing::*; #call));
        let attributes = self.attributes.iter().map(|attribute| Attribute {
            // One at the beginning of the body means the same there.
            style: AttrStyle::Outer,
            ..attribute.clone()
        });
        // What is assigned to a captured `self` and only dropped then counts as unused in an `async` block, but not in
        // the function that was written.
        let owner = signature.receiver().is_some_and(|receiver| receiver.mutability.is_some());
        let assigned =
            (shape == Shape::Async && owner).then(|| quote!(#[allow(unused_assignments)]));
        quote!(#assigned #(#attributes)* #visibility #signature #body)
    }

    /// The return type of the closure that the body becomes. One that is not written is `()`: a body that never comes
    /// to its end has no type of its own.
    fn closure_returns(&self) -> Option<TokenStream> {
        match returned(self.signature) {
            None => Some(quote!(-> ())),
            Some(ty) => writable(ty).map(|ty| quote!(-> #ty)),
        }
    }

    /// The body with `statements` before it.
    ///
    /// Names that the body declares or imports are known in the user's block alone. At the end of a `match` arm the
    /// temporaries of its last expression are dropped, as a function drops them before its parameters.
    fn body(&self, statements: &TokenStream) -> TokenStream {
        let block = self.block;
        if statements.is_empty() {
            return block.to_token_stream();
        }
        self.braced(quote!(#statements match () { () => #block }))
    }

    /// The future of an `async` body. An `async` block cannot state its type: without the `return` before it, those in
    /// the body and its end would not be coerced to that type. As in [`body`](Self::body), the user's block stands by
    /// itself, and the type is stated outside of it.
    fn future(&self, statements: &TokenStream) -> TokenStream {
        let Self { private, block, .. } = self;
        let returned = match returned(self.signature) {
            None => quote!(()),
            Some(ty) if diverges(self.signature) => quote_spanned!(ty.span()=> #private::Never),
            Some(ty) => writable(ty).map_or_else(|| quote!(_), ToTokens::into_token_stream),
        };
        let body = quote! {
            #statements
            if false { return #private::never::<#returned>(); } else #block
        };
        let body = self.braced(body);
        quote!(async move #body)
    }

    /// Whether the function may be a plain one that returns the future, which then holds each argument once. It is
    /// `#[must_use]` that says something else of such a function, and `!` that no future can be declared to give.
    fn is_plain_async(&self) -> bool {
        !diverges(self.signature)
            && self.attributes.iter().all(|attribute| !attribute.path().is_ident("must_use"))
    }

    /// `{ tokens }`, where the user's own block stands: what is covered and what is dead is judged by that place.
    fn braced(&self, tokens: TokenStream) -> TokenStream {
        let mut group = Group::new(Delimiter::Brace, tokens);
        group.set_span(self.block.brace_token.span.join());
        group.into_token_stream()
    }
}

/// Makes an `async fn` of type `T` a function that returns `impl Future<Output = T>`, which is the same to its callers.
/// Written by this crate, of edition 2024, it captures all lifetimes, as an `async fn` does.
fn make_plain(signature: &mut Signature, private: &TokenStream) {
    signature.asyncness = None;
    let output = match &signature.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => ty.to_token_stream(),
    };
    signature.output = syn::parse_quote!(-> impl #private::Future<Output = #output>);
}

/// Whether a value of this type may hold a reference that is not `'static`. Whether that becomes a response cannot
/// be asked: only `'static` ones do, and the question would demand that this one is.
fn borrows(ty: &Type) -> bool {
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
