//! Moves a function's parameters into the closure or `async` block that its body becomes, and keeps their drop order.
//!
//! A function drops its arguments in reverse order, each as a whole. A closure drops its captures after its variables,
//! in the order of capture, and captures only those fields of a value that its body uses. So the body of a closure begins
//! with `let parameter = parameter;` for each parameter, in their order. The compiler does the same in an `async fn`.
//!
//! Such a variable of an `async` block would be stored beside the capture that it was moved from. So the block begins
//! with `let _ = (&last, &first);`, which captures the parameters whole and in the order in which they are to be dropped.
//! Before its first poll an `async fn` drops its arguments in their own order, as a tuple does: the closure that makes
//! the block gets them in one.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, Pat, PatIdent, PatType, Receiver, ReceiverKind, Signature, Token, Type, TypePath,
};

use super::attributes::take_lint_attributes;
use super::hygienic_ident;

/// The result of [`capture_parameters`].
pub(super) struct CapturedParameters {
    /// The signature, in which patterns may be replaced by names.
    pub(super) signature: Signature,
    /// The statements that bind the parameters again.
    pub(super) statements: TokenStream,
    /// The expression that captures those which an `async` block uses in place; empty if there are none.
    pub(super) captures: TokenStream,
    /// The method call that takes the tuple of arguments, and the tuple's pattern, for the closure that makes an `async`
    /// block.
    pub(super) arguments: TokenStream,
    pub(super) pattern: TokenStream,
    /// Whether the tuple reads a variable of a name with which the user says that it is not used.
    pub(super) reads_underscored: bool,
    /// Whether a pattern was moved into `statements`: then its variables are not in scope before them.
    pub(super) moved_patterns: bool,
}

/// What the body of a function becomes.
#[derive(Clone, Copy)]
pub(super) enum Body<'a> {
    Closure,
    /// An `async` block, with these tokens of the user in it.
    Async(&'a TokenStream),
}

/// Captures all parameters of `signature`.
///
/// If `keeps_patterns`, the signature keeps its patterns, since other macros read them. The parts of an argument that its
/// pattern does not bind are then dropped last.
///
/// `read` are the tokens that read the parameters before the body does. If they may move out of a parameter
/// (`read_moves`), that parameter is not captured as a whole. `later` are those of attributes that are expanded later.
pub(super) fn capture_parameters(
    signature: &Signature,
    body: Body<'_>,
    keeps_patterns: bool,
    read: &TokenStream,
    later: &TokenStream,
    read_moves: bool,
) -> CapturedParameters {
    let is_read = |name: &Ident| mentions(read, name) || mentions(later, name);
    let mut signature = signature.clone();
    let mut moved_patterns = false;
    let (mut in_place, mut statements) = (InPlace::new(body), LetStatements::default());
    for (position, input) in signature.inputs.iter_mut().enumerate() {
        match input {
            FnArg::Receiver(receiver) if is_borrowed(receiver) => {}
            FnArg::Receiver(receiver) => {
                let this = &receiver.self_token;
                match body {
                    Body::Closure => statements.add(Some(quote!(let _ = &#this;))),
                    // It cannot be in a pattern. The closure drops it before the tuple.
                    Body::Async(_) => in_place.of_block.push(quote!(#this)),
                }
            }
            FnArg::Typed(parameter) if never_drops(&parameter.ty) => {}
            FnArg::Typed(parameter) if keeps_patterns || moves_whole_value(&parameter.pat) => {
                let names = variables(&parameter.pat);
                if read_moves && names.iter().any(|(_, name)| mentions(read, name)) {
                    continue;
                }
                // A variable of the block is dropped before all captures, so those of later parameters are, too.
                if statements.is_empty() && in_place.takes(parameter, &names) {
                    make_immutable(parameter);
                    in_place.of_block.extend(names.iter().map(|(_, name)| quote!(#name)));
                    in_place.of_closure.extend(names);
                } else {
                    let immutable = names.iter().map(|(_, name)| (None, name.clone()));
                    in_place.of_closure.extend(immutable);
                    rebind_variables(parameter, names, is_read, &mut statements);
                }
            }
            FnArg::Typed(parameter) => {
                moved_patterns = true;
                let name = hygienic_ident(&format!("argument_{position}"));
                statements.add(Some(capture_under(parameter, &name)));
                in_place.of_closure.push((None, name));
            }
        }
    }
    let (arguments, pattern) = in_place.tuple();
    let reads_underscored = in_place.reads_underscored();
    CapturedParameters {
        signature,
        statements: statements.finish(),
        captures: in_place.captures(),
        arguments,
        pattern,
        reads_underscored,
        moved_patterns,
    }
}

/// The parameters that an `async` block uses where it captured them.
struct InPlace<'a> {
    body: Body<'a>,
    /// What the closure gets that makes the block, in the order of the parameters.
    of_closure: Variables,
    /// What the block captures, in the same order.
    of_block: Vec<TokenStream>,
}

impl<'a> InPlace<'a> {
    const fn new(body: Body<'a>) -> Self {
        Self { body, of_closure: Vec::new(), of_block: Vec::new() }
    }

    /// Whether the block can use the parameter's variables where it captured them. If the user does not use one, the
    /// compiler is to report it, but a capture counts as a use. Attributes of a parameter have to apply to its variables.
    /// Both need a `let`.
    fn takes(&self, parameter: &PatType, names: &Variables) -> bool {
        let Body::Async(tokens) = self.body else { return false };
        let is_used = |name| is_underscored(name) || mentions(tokens, name);
        parameter.attrs.is_empty() && names.iter().all(|(_, name)| is_used(name))
    }

    /// The method call that takes the tuple of arguments, and the tuple's pattern.
    fn tuple(&self) -> (TokenStream, TokenStream) {
        let (mutability, names): (Vec<_>, Vec<_>) = self.of_closure.iter().cloned().unzip();
        match &names[..] {
            [] => (TokenStream::new(), quote!(())),
            [name] => (quote!(.with(#name)), quote!(#(#mutability)* #name)),
            names => (quote!(.with((#(#names),*))), quote!((#(#mutability #names),*))),
        }
    }

    fn reads_underscored(&self) -> bool {
        matches!(self.body, Body::Async(_))
            && self.of_closure.iter().any(|(_, name)| is_underscored(name))
    }

    /// The expression that captures the places of the block; empty if there are none.
    fn captures(mut self) -> TokenStream {
        self.of_block.reverse();
        match &self.of_block[..] {
            [] => TokenStream::new(),
            [place] => quote!(&#place),
            places => quote!((#(&#places),*)),
        }
    }
}

/// `let` statements in their order. Consecutive variables without attributes share one `let`.
#[derive(Default)]
struct LetStatements {
    done: TokenStream,
    plain: Vec<(Option<Token![mut]>, Ident)>,
}

impl LetStatements {
    fn is_empty(&self) -> bool {
        self.done.is_empty() && self.plain.is_empty()
    }

    fn add(&mut self, statement: Option<TokenStream>) {
        if let Some(statement) = statement {
            self.flush_plain();
            self.done.extend(statement);
        }
    }

    fn flush_plain(&mut self) {
        let plain = std::mem::take(&mut self.plain);
        let (mutability, names): (Vec<_>, Vec<_>) = plain.into_iter().unzip();
        self.done.extend(match &names[..] {
            [] => TokenStream::new(),
            [name] => quote!(let #(#mutability)* #name = #name;),
            names => quote!(let (#(#mutability #names),*) = (#(#names),*);),
        });
    }

    fn finish(mut self) -> TokenStream {
        self.flush_plain();
        self.done
    }
}

/// Whether `self` is a reference. Otherwise it is captured as a whole. It cannot be bound to another name, but a
/// reference to it suffices, since `self` is the first parameter and dropped last.
pub(super) fn is_borrowed(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(..) => true,
        ReceiverKind::Typed(_, ty) => matches!(**ty, Type::Reference(_)),
        _ => false,
    }
}

/// The variables that a pattern binds.
pub(super) type Variables = Vec<(Option<Token![mut]>, Ident)>;

pub(super) fn variables(pattern: &Pat) -> Variables {
    struct Finder(Variables);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
            let mutability = pattern.mutability.filter(|_| pattern.by_ref.is_none());
            // Each alternative of a pattern binds the same names.
            if self.0.iter().all(|(_, name)| *name != pattern.ident) {
                self.0.push((mutability, pattern.ident.clone()));
            }
            visit::visit_pat_ident(self, pattern);
        }
    }
    let mut finder = Finder(Vec::new());
    finder.visit_pat(pattern);
    finder.0
}

/// Adds a `let` for each of the parameter's variables. `mut` moves from the pattern to the `let`, since the body uses the
/// variable of the `let`.
fn rebind_variables(
    parameter: &mut PatType,
    variables: Variables,
    is_read: impl Fn(&Ident) -> bool,
    statements: &mut LetStatements,
) {
    make_immutable(parameter);
    let attributes = take_lint_attributes(&mut parameter.attrs);
    for (mutability, name) in variables {
        // The user may have enabled the lint, which would report the generated use.
        let allowed =
            is_underscored(&name).then(|| quote!(#[allow(clippy::used_underscore_binding)]));
        let used = is_read(&name).then(|| quote!(let _ = &#name;));
        if attributes.is_empty() && allowed.is_none() && used.is_none() {
            statements.plain.push((mutability, name));
        } else {
            let statement = quote!(#(#attributes)* #allowed let #mutability #name = #name; #used);
            statements.add(Some(statement));
        }
    }
}

/// Removes `mut` from the parameter's variables.
fn make_immutable(parameter: &mut PatType) {
    struct Immutable;
    impl VisitMut for Immutable {
        fn visit_pat_ident_mut(&mut self, pattern: &mut PatIdent) {
            if pattern.by_ref.is_none() {
                pattern.mutability = None;
            }
            visit_mut::visit_pat_ident_mut(self, pattern);
        }
    }
    Immutable.visit_pat_mut(&mut parameter.pat);
}

fn is_underscored(name: &Ident) -> bool {
    name.to_string().starts_with('_')
}

/// Whether the tokens contain `name`, also in a literal, which may be that of a format string.
fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Literal(literal) => literal.to_string().contains(&name.to_string()),
        TokenTree::Punct(_) => false,
    })
}

/// Renames the parameter and matches its pattern in the body. The parts that the pattern does not bind are captured,
/// too.
fn capture_under(parameter: &mut PatType, name: &Ident) -> TokenStream {
    let attributes = take_lint_attributes(&mut parameter.attrs);
    let whole = Pat::Ident(PatIdent {
        attrs: Vec::new(),
        by_ref: None,
        mutability: None,
        ident: name.clone(),
        subpat: None,
    });
    let pattern = std::mem::replace(&mut *parameter.pat, whole);
    if matches!(pattern, Pat::Wild(_)) {
        return quote!(#(#attributes)* let #name = #name;);
    }
    let mutability = borrows_mutably(&pattern).then(|| quote!(mut));
    quote!(#(#attributes)* let #mutability #name = #name; #(#attributes)* let #pattern = #name;)
}

/// Whether the pattern contains `ref mut`.
fn borrows_mutably(pattern: &Pat) -> bool {
    struct Mutable(bool);
    impl<'ast> Visit<'ast> for Mutable {
        fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
            self.0 |= pattern.by_ref.is_some() && pattern.mutability.is_some();
            visit::visit_pat_ident(self, pattern);
        }
    }
    let mut mutable = Mutable(false);
    mutable.visit_pat(pattern);
    mutable.0
}

/// Whether the pattern of each parameter moves the whole argument into its variables.
pub(super) fn all_move_whole(signature: &Signature) -> bool {
    signature.inputs.iter().all(|input| match input {
        FnArg::Receiver(_) => true,
        FnArg::Typed(parameter) => never_drops(&parameter.ty) || moves_whole_value(&parameter.pat),
    })
}

/// Whether the pattern moves the whole value into its variables, so that nothing is left in the parameter to drop.
fn moves_whole_value(pattern: &Pat) -> bool {
    struct Parts(bool);
    impl<'ast> Visit<'ast> for Parts {
        fn visit_pat(&mut self, pattern: &'ast Pat) {
            self.0 &= match pattern {
                Pat::Ident(pattern) => pattern.by_ref.is_none() && pattern.subpat.is_none(),
                Pat::Paren(_) | Pat::Slice(_) | Pat::Tuple(_) | Pat::TupleStruct(_) => true,
                Pat::Struct(pattern) => pattern.rest.is_none(),
                _ => false,
            };
            visit::visit_pat(self, pattern);
        }
    }
    let mut parts = Parts(true);
    parts.visit_pat(pattern);
    parts.0
}

/// Whether values of this type have no destructor, as far as the tokens show.
pub(super) fn never_drops(ty: &Type) -> bool {
    const PRIMITIVES: &[&str] = &[
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
        "u32", "u64", "u128", "usize",
    ];
    match ty {
        Type::Reference(_) | Type::Ptr(_) | Type::FnPtr(_) => true,
        Type::Path(TypePath { qself: None, path, .. }) => {
            path.get_ident().is_some_and(|ident| PRIMITIVES.iter().any(|name| ident == name))
        }
        Type::Group(group) => never_drops(&group.elem),
        Type::Paren(paren) => never_drops(&paren.elem),
        _ => false,
    }
}
