//! A function's body made the argument of one runtime call.

mod parameters;
mod returned;

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{AttrStyle, Attribute, Block, Ident, ReturnType, Signature, Visibility};

pub(crate) use self::parameters::are_inert;
use self::parameters::{Captured, captured};
pub(crate) use self::returned::{Shape, diverges, return_span, value_type};
use self::returned::{borrows, returned, writable};

/// An identifier that the user's code cannot see or shadow: hygiene keeps it from the user's variables, its
/// prefix from constants, which a pattern would refer to.
pub(crate) fn hidden(name: &str) -> Ident {
    Ident::new(&format!("__goldsignal_{name}"), Span::mixed_site())
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
