//! Moves a function's parameters into the closure or `async` block that its body becomes, and keeps their drop order.
//!
//! A function drops its arguments in reverse order, each as a whole. A closure drops its captures after its variables,
//! in the order of capture, and captures only those fields of a value that its body uses. So the body begins with
//! `let parameter = parameter;` for each parameter, in their order. The compiler does the same in an `async fn`.

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
    /// The statements that capture the parameters.
    pub(super) statements: TokenStream,
    /// Whether a pattern was moved into `statements`: then its variables are not in scope before them.
    pub(super) moved_patterns: bool,
}

/// Captures all parameters of `signature`.
///
/// If `other_macros_follow`, the signature keeps its patterns, since those macros read them. The parts of an argument
/// that its pattern does not bind are then dropped last.
///
/// `read` are the tokens that read the parameters before the body does. If they may move out of a parameter
/// (`read_moves`), that parameter is not captured as a whole.
pub(super) fn capture_parameters(
    signature: &Signature,
    other_macros_follow: bool,
    read: &TokenStream,
    read_moves: bool,
) -> CapturedParameters {
    let mut signature = signature.clone();
    let (mut statements, mut moved_patterns) = (LetStatements::default(), false);
    for (position, input) in signature.inputs.iter_mut().enumerate() {
        match input {
            FnArg::Receiver(receiver) => statements.add(capture_receiver(receiver)),
            FnArg::Typed(parameter) if never_drops(&parameter.ty) => {}
            FnArg::Typed(parameter) if other_macros_follow || moves_whole_value(&parameter.pat) => {
                rebind_variables(parameter, read, read_moves, &mut statements);
            }
            FnArg::Typed(parameter) => {
                moved_patterns = true;
                statements.add(Some(capture_under(
                    parameter,
                    &hygienic_ident(&format!("argument_{position}")),
                )));
            }
        }
    }
    CapturedParameters { signature, statements: statements.finish(), moved_patterns }
}

/// `let` statements in their order. Consecutive variables without attributes share one `let`.
#[derive(Default)]
struct LetStatements {
    done: TokenStream,
    plain: Vec<(Option<Token![mut]>, Ident)>,
}

impl LetStatements {
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

/// Captures `self` as a whole. It cannot be bound to another name, but a reference to it suffices, since `self` is the
/// first parameter and dropped last.
fn capture_receiver(receiver: &Receiver) -> Option<TokenStream> {
    let borrowed = match &receiver.kind {
        ReceiverKind::Reference(..) => true,
        ReceiverKind::Typed(_, ty) => matches!(**ty, Type::Reference(_)),
        _ => false,
    };
    let this = &receiver.self_token;
    (!borrowed).then(|| quote!(let _ = &#this;))
}

/// Adds a `let` for each variable that the parameter's pattern binds. `mut` moves from the pattern to the `let`, since
/// the body uses the variable of the `let`.
fn rebind_variables(
    parameter: &mut PatType,
    read: &TokenStream,
    read_moves: bool,
    statements: &mut LetStatements,
) {
    struct Variables(Vec<(Option<Token![mut]>, Ident)>);
    impl VisitMut for Variables {
        fn visit_pat_ident_mut(&mut self, pattern: &mut PatIdent) {
            let by_value = pattern.by_ref.is_none();
            let mutability = by_value.then(|| pattern.mutability.take()).flatten();
            // Each alternative of a pattern binds the same names.
            if self.0.iter().all(|(_, name)| *name != pattern.ident) {
                self.0.push((mutability, pattern.ident.clone()));
            }
            visit_mut::visit_pat_ident_mut(self, pattern);
        }
    }
    let mut variables = Variables(Vec::new());
    let mut pattern = parameter.pat.clone();
    variables.visit_pat_mut(&mut pattern);
    if read_moves && variables.0.iter().any(|(_, name)| mentions(read, name)) {
        return;
    }
    parameter.pat = pattern;
    let attributes = take_lint_attributes(&mut parameter.attrs);
    for (mutability, name) in variables.0 {
        // The user may have enabled the lint, which would report the generated use.
        let underscored = name.to_string().starts_with('_');
        let allowed = underscored.then(|| quote!(#[allow(clippy::used_underscore_binding)]));
        let used = mentions(read, &name).then(|| quote!(let _ = &#name;));
        if attributes.is_empty() && allowed.is_none() && used.is_none() {
            statements.plain.push((mutability, name));
        } else {
            let statement = quote!(#(#attributes)* #allowed let #mutability #name = #name; #used);
            statements.add(Some(statement));
        }
    }
}

fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
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
fn never_drops(ty: &Type) -> bool {
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
