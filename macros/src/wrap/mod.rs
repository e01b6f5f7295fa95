//! Rewrites a function so that its body becomes the argument of one runtime call.

mod attributes;
mod expanded;
mod moved;
mod parameters;
mod return_type;
mod routed;

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{AttrStyle, Attribute, Block, Expr, Ident, ReturnType, Signature, Visibility};

pub(crate) use self::attributes::are_inert;
use self::expanded::expanded_future;
pub(crate) use self::moved::{checked_moves, read_later};
use self::parameters::{Body, CapturedParameters, capture_parameters};
pub(crate) use self::return_type::{FunctionKind, diverges, never, output_type, return_span};
use self::return_type::{may_borrow, return_type, with_inferred_parts};
pub(crate) use self::routed::{HandlerState, faulty};
use crate::paths::{CratePath, imported, located_at};

/// An identifier that cannot collide with one of the user's code.
///
/// Hygiene separates it from the user's variables. The prefix separates it from constants, which hygiene does not: a
/// pattern that is the name of a constant matches its value.
pub(crate) fn hygienic_ident(name: &str) -> Ident {
    Ident::new(&format!("__gs_{name}"), Span::mixed_site())
}

/// The expression that classifies `value`, a reference to what the function returned. The probes must be in scope.
pub(crate) fn verdict(value: &Ident, span: Span) -> TokenStream {
    let probe = imported("Value", span);
    quote_spanned!(located_at(span)=> (&&&&&&&&#probe(#value)).verdict())
}

/// The expression that finds the error in `value`, if it may be logged.
///
/// It is `None` for a function that returns a bare `impl Trait`: the compiler has to choose the probe before it has
/// inferred the type.
pub(crate) fn cause(
    signature: &Signature,
    value: &Ident,
    span: Span,
    private: &TokenStream,
) -> TokenStream {
    let span = located_at(span);
    if output_type(signature).and_then(|ty| with_inferred_parts(&ty)).is_none() {
        return quote_spanned!(span=> #private::None);
    }
    let probe = imported("Value", span);
    quote_spanned!(span=> (&&&&&#probe(#value)).cause())
}

/// The parts of a function, and of the runtime call that its body becomes the argument of.
pub(crate) struct Wrapper<'a> {
    pub(crate) attributes: &'a [Attribute],
    pub(crate) visibility: &'a Visibility,
    pub(crate) signature: &'a Signature,
    pub(crate) block: &'a Block,
    /// Whether other attribute macros are expanded after this one, although `attributes` does not contain them.
    pub(crate) other_macros_follow: bool,
    pub(crate) crate_path: &'a CratePath,
    /// What is at the beginning of the body.
    pub(crate) items: TokenStream,
    /// The expression that begins the runtime call: `begin(site)` or `increment(..)`.
    pub(crate) begin: TokenStream,
    pub(crate) fields: EntryFields,
    /// Whether `begin` has no effect and reads no parameter. Otherwise the runtime evaluates it when the future is polled
    /// for the first time, and the patterns of the parameters stay in the signature, because it reads their variables.
    pub(crate) begin_is_lazy: bool,
    /// The closure that classifies the returned value.
    pub(crate) classify: TokenStream,
    /// The route that the returned future has. No other attribute macro reads such a function afterwards.
    pub(crate) route: Option<HandlerState>,
}

impl Wrapper<'_> {
    /// Generates the function.
    pub(crate) fn generate(&self) -> TokenStream {
        let Self { classify, visibility, crate_path, .. } = self;
        let private = &crate_path.in_body().private(Span::call_site());
        let kind = FunctionKind::of(self.signature);
        let other_macros_follow =
            self.route.is_none() && (self.other_macros_follow || !are_inert(self.attributes));
        let read = self.read_at_entry(kind);
        let later = self.read_later(other_macros_follow);
        let tokens = [self.fields.in_body.clone(), self.block.to_token_stream(), later.clone()]
            .into_iter()
            .collect();
        let parameters = capture_parameters(
            self.signature,
            if kind == FunctionKind::AsyncFn { Body::Async(&tokens) } else { Body::Closure },
            other_macros_follow || !self.begin_is_lazy,
            &read,
            &later,
            !self.begin_is_lazy,
        );
        let CapturedParameters { mut signature, mut statements, arguments, pattern, .. } =
            parameters;
        let (mut begin, fields) = (self.begin.clone(), &self.fields);
        let expanded = expanded_future(self.block).filter(|_| statements.is_empty());
        if kind == FunctionKind::AsyncFn || parameters.moved_patterns {
            statements.extend(fields.in_body.clone());
        } else {
            begin.extend(fields.of_call.clone());
        }
        let call = match kind {
            FunctionKind::Sync => {
                let returns = self.closure_return_type();
                let body = self.body(&statements);
                let closure = self.closure();
                quote!(#begin.call(#closure #returns #body, #classify))
            }
            FunctionKind::AsyncFn => {
                let captures = parameters.captures;
                let future = if let Some(future) = expanded {
                    block_of(&statements, &future)
                } else {
                    let captures = (!captures.is_empty()).then(|| quote!(let _ = #captures;));
                    self.future(&quote!(#captures #statements))
                };
                let future = if self.begin_is_lazy {
                    quote!(#begin #arguments.future(move |#pattern| #future))
                } else {
                    quote!(#private::counted() #arguments.future(move |#pattern| #begin.future(#future)))
                };
                let method = self.classify_method();
                let future = quote!(#future.#method(#classify));
                if self.route.is_some() || !other_macros_follow && self.can_return_future() {
                    return_future(&mut signature, &crate_path.private(Span::call_site()));
                    future
                } else if diverges(self.signature) {
                    quote!(match #future.await {})
                } else {
                    quote!(#future.await)
                }
            }
            FunctionKind::ReturnsFuture => {
                let output = output_type(self.signature).and_then(|ty| with_inferred_parts(&ty));
                let body = self.body(&statements);
                let make = output.map_or_else(
                    || quote!(move || #body),
                    |ty| quote!(#private::with_output::<#ty, _, _>(move || #body)),
                );
                let method = self.classify_method();
                quote!(#begin.future_from(#make).#method(#classify))
            }
            FunctionKind::ReturnsBoxedFuture => {
                let returns = self.closure_return_type();
                let body = self.body(&statements);
                let method = self.classify_method();
                quote!(#private::Box::pin(#begin.future_from(move || #returns #body).#method(#classify)))
            }
        };
        if let Some(route) = self.route {
            route.add_to(&mut signature, self.signature, &crate_path.private(Span::call_site()));
        }
        let items = &self.items;
        let import = crate_path.import(match output_type(self.signature) {
            Some(ty) if may_borrow(&ty) => "probes_without_response",
            _ => "probes",
        });
        let body = self.in_body_braces(quote!(#import #items #call));
        let attributes = self.attributes.iter().map(as_outer);
        // In an `async` block the compiler reports an assignment to a captured `self` as unused if only the drop of
        // `self` follows. In the function that the user wrote it does not.
        let has_mut_self =
            signature.receiver().is_some_and(|receiver| receiver.mutability.is_some());
        let assigned = (kind == FunctionKind::AsyncFn && has_mut_self)
            .then(|| quote!(#[allow(unused_assignments)]));
        let underscored =
            parameters.reads_underscored.then(|| quote!(#[allow(clippy::used_underscore_binding)]));
        quote!(#assigned #underscored #(#attributes)* #visibility #signature #body)
    }

    /// The tokens that read parameters before the body does.
    fn read_at_entry(&self, kind: FunctionKind) -> TokenStream {
        match kind {
            FunctionKind::AsyncFn if self.begin_is_lazy => TokenStream::new(),
            _ => [self.begin.clone(), self.fields.of_call.clone()].into_iter().collect(),
        }
    }

    /// The tokens of attributes that are expanded later, and read the parameters as labels or fields.
    fn read_later(&self, other_macros_follow: bool) -> TokenStream {
        let may_read = |attribute: &&Attribute| !attribute.path().is_ident("doc");
        let attributes = self.attributes.iter().filter(may_read).map(ToTokens::to_token_stream);
        if other_macros_follow { attributes.collect() } else { TokenStream::new() }
    }

    /// `move ||` at the function's name, where the compiler reports a variable that was moved before.
    fn closure(&self) -> TokenStream {
        quote_spanned!(located_at(self.signature.ident.span())=> move ||)
    }

    /// The method that adds `classify`.
    fn classify_method(&self) -> Ident {
        let is_generic = self.route == Some(HandlerState::Unchecked);
        let name = if is_generic { "classify_later" } else { "classify" };
        Ident::new(name, Span::call_site())
    }

    /// The return type of the closure that the body becomes. If the function declares none, `-> ()` is written out,
    /// since nothing else determines the type of a body that never reaches its end.
    fn closure_return_type(&self) -> Option<TokenStream> {
        match return_type(self.signature) {
            None => Some(quote!(-> ())),
            Some(ty) => with_inferred_parts(ty).map(|ty| quote!(-> #ty)),
        }
    }

    /// The body with `statements` before it.
    ///
    /// The user's block stays a block of its own, so that names which it declares or imports are not visible in the
    /// statements. It is a `match` arm, because the temporaries of an arm's last expression are dropped at the arm's
    /// end: a function drops them before its parameters.
    fn body(&self, statements: &TokenStream) -> TokenStream {
        let block = self.block;
        if statements.is_empty() {
            return block.to_token_stream();
        }
        self.in_body_braces(quote!(#statements match () { () => #block }))
    }

    /// The `async` block of an `async` body.
    ///
    /// An `async` block cannot declare its output type. The unreachable `return` determines it, so that the body's own
    /// `return`s and last expression are coerced to that type. As in [`body`](Self::body), the user's block stays a
    /// block of its own.
    fn future(&self, statements: &TokenStream) -> TokenStream {
        let Self { block, crate_path, .. } = self;
        let private = |span| crate_path.in_body().private(span);
        let output = match return_type(self.signature) {
            None => quote!(()),
            Some(ty) if diverges(self.signature) => {
                let private = private(ty.span());
                quote_spanned!(ty.span()=> #private::Never)
            }
            Some(ty) => {
                with_inferred_parts(ty).map_or_else(|| quote!(_), ToTokens::into_token_stream)
            }
        };
        let private = private(Span::call_site());
        let body = quote! {
            #statements
            if false { return #private::never::<#output>(); } else #block
        };
        let body = self.in_body_braces(body);
        quote!(async move #body)
    }

    /// Whether an `async fn` can become a function that returns the future, which then stores each argument only once.
    ///
    /// `#[must_use]` prevents it: on an `async fn` it applies to the output, on the other function to the future. So
    /// does `!`, which is unstable as the output of a future. So does a pattern that stays in the signature and does not
    /// bind all of an argument: the function would drop the rest at once.
    fn can_return_future(&self) -> bool {
        !diverges(self.signature)
            && (self.begin_is_lazy || parameters::all_move_whole(self.signature))
            && self.attributes.iter().all(|attribute| !attribute.path().is_ident("must_use"))
    }

    /// `{ tokens }` with the span of the body's braces: coverage and dead code are reported by that location.
    fn in_body_braces(&self, tokens: TokenStream) -> TokenStream {
        let mut group = Group::new(Delimiter::Brace, tokens);
        group.set_span(self.block.brace_token.span.join());
        group.into_token_stream()
    }
}

/// The fields that are captured at entry, in the two places where that can be.
#[derive(Default)]
pub(crate) struct EntryFields {
    /// Before the call begins: methods of the call.
    pub(crate) of_call: TokenStream,
    /// In the body: statements. The body of an `async fn` does nothing until the future is polled, and variables of a pattern
    /// that was moved into the body are in scope only there.
    pub(crate) in_body: TokenStream,
}

/// The attribute in front of the function. An inner one, at the beginning of the body, means the same there.
pub(crate) fn as_outer(attribute: &Attribute) -> Attribute {
    Attribute { style: AttrStyle::Outer, ..attribute.clone() }
}

/// `expression` after `statements`.
fn block_of(statements: &TokenStream, expression: &TokenStream) -> TokenStream {
    if statements.is_empty() { expression.clone() } else { quote!({ #statements #expression }) }
}

/// Changes `async fn() -> T` to `fn() -> impl Future<Output = T>`, which is the same for callers. The type captures all
/// lifetimes, as that of an `async fn` does, because its tokens come from this crate, whose edition is 2024.
fn return_future(signature: &mut Signature, private: &TokenStream) {
    signature.asyncness = None;
    let output = match &signature.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => ty.to_token_stream(),
    };
    signature.output = syn::parse_quote!(-> impl #private::Future<Output = #output>);
}

/// The first use of the variable `name` in `expr`.
pub(crate) fn find_variable(expr: &Expr, name: &str) -> Option<Ident> {
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
