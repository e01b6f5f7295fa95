//! Parameters become variables of the closure or future that the body becomes.
//!
//! A closure drops what it captures after its own variables, in the order of capture, and captures a value in parts
//! where its body uses parts. A function drops its arguments in reverse, each whole. So the body begins with
//! `let parameter = parameter;` for each parameter, in their order, as the compiler itself does in an `async fn`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, FnArg, Pat, PatIdent, PatType, Receiver, ReceiverKind, Signature, Token, Type,
    TypePath,
};

use super::hidden;

/// What `captured` gives.
pub(super) struct Captured {
    /// The signature, with parameters that can be captured whole.
    pub(super) signature: Signature,
    /// The statements that capture them.
    pub(super) statements: TokenStream,
    /// Whether a pattern is known in the body alone.
    pub(super) renamed: bool,
}

/// Captures all parameters of `signature`. Where it is `shared` with other attribute macros, which read the patterns,
/// it keeps them: then the parts that a pattern does not bind drop after everything else.
///
/// `read` is what the runtime call reads of them before the body: that is a use, and where it may have `moved` a part,
/// the rest is captured as the body uses it.
pub(super) fn captured(
    signature: &Signature,
    shared: bool,
    read: &TokenStream,
    moved: bool,
) -> Captured {
    let mut signature = signature.clone();
    let (mut statements, mut any_renamed) = (Statements::default(), false);
    for (position, input) in signature.inputs.iter_mut().enumerate() {
        match input {
            FnArg::Receiver(receiver) => statements.add(receiver_whole(receiver)),
            FnArg::Typed(parameter) if drops_nothing(&parameter.ty) => {}
            FnArg::Typed(parameter) if shared || binds_whole(&parameter.pat) => {
                bindings(parameter, read, moved, &mut statements);
            }
            FnArg::Typed(parameter) => {
                any_renamed = true;
                statements.add(Some(renamed(parameter, &hidden(&format!("argument_{position}")))));
            }
        }
    }
    Captured { signature, statements: statements.finish(), renamed: any_renamed }
}

/// Statements in their order. Variables that need nothing else are bound by one `let` together.
#[derive(Default)]
struct Statements {
    done: TokenStream,
    plain: Vec<(Option<Token![mut]>, Ident)>,
}

impl Statements {
    fn add(&mut self, statement: Option<TokenStream>) {
        if let Some(statement) = statement {
            self.bind_plain();
            self.done.extend(statement);
        }
    }

    fn bind_plain(&mut self) {
        let plain = std::mem::take(&mut self.plain);
        let (mutability, names): (Vec<_>, Vec<_>) = plain.into_iter().unzip();
        self.done.extend(match &names[..] {
            [] => TokenStream::new(),
            [name] => quote!(let #(#mutability)* #name = #name;),
            names => quote!(let (#(#mutability #names),*) = (#(#names),*);),
        });
    }

    fn finish(mut self) -> TokenStream {
        self.bind_plain();
        self.done
    }
}

/// `self` has no other name, but its mention captures it whole. It is the first parameter, and dropped last.
fn receiver_whole(receiver: &Receiver) -> Option<TokenStream> {
    let borrowed = match &receiver.kind {
        ReceiverKind::Reference(..) => true,
        ReceiverKind::Typed(_, ty) => matches!(**ty, Type::Reference(_)),
        _ => false,
    };
    let this = &receiver.self_token;
    (!borrowed).then(|| quote!(let _ = &#this;))
}

/// A `let` for each variable that the parameter's pattern binds. These are the ones that the body sees, and that may
/// have to be `mut`.
fn bindings(parameter: &mut PatType, read: &TokenStream, moved: bool, statements: &mut Statements) {
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
    if moved && variables.0.iter().any(|(_, name)| mentions(read, name)) {
        return;
    }
    parameter.pat = pattern;
    let attributes = lints(&mut parameter.attrs);
    for (mutability, name) in variables.0 {
        // Only the compiler may use what is named so, where that lint is on.
        let unused = name.to_string().starts_with('_');
        let allowed = unused.then(|| quote!(#[allow(clippy::used_underscore_binding)]));
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

/// Takes the parameter under another name, so that what its pattern does not bind is captured, too.
fn renamed(parameter: &mut PatType, name: &Ident) -> TokenStream {
    let attributes = lints(&mut parameter.attrs);
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

/// Whether there is a `ref mut` in the pattern.
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

/// The attributes of a parameter that say something of its variables as well. Expectations move: they are met once.
fn lints(attributes: &mut Vec<Attribute>) -> Vec<Attribute> {
    let of_variables = ["allow", "cfg", "cfg_attr", "deny", "expect", "forbid", "warn"];
    let copied = attributes
        .iter()
        .filter(|attribute| of_variables.iter().any(|name| attribute.path().is_ident(name)))
        .cloned()
        .collect();
    attributes.retain(|attribute| !attribute.path().is_ident("expect"));
    copied
}

/// Whether the pattern moves the whole value into its variables: nothing is left in the parameter to be dropped.
fn binds_whole(pattern: &Pat) -> bool {
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

/// Whether a value of this type is nothing that is dropped, as far as that can be seen.
fn drops_nothing(ty: &Type) -> bool {
    const PRIMITIVES: &[&str] = &[
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
        "u32", "u64", "u128", "usize",
    ];
    match ty {
        Type::Reference(_) | Type::Ptr(_) | Type::FnPtr(_) => true,
        Type::Path(TypePath { qself: None, path, .. }) => {
            path.get_ident().is_some_and(|ident| PRIMITIVES.iter().any(|name| ident == name))
        }
        Type::Group(group) => drops_nothing(&group.elem),
        Type::Paren(paren) => drops_nothing(&paren.elem),
        _ => false,
    }
}

/// Whether all `attributes` are the compiler's own or a tool's: no other macro reads the item after this one.
pub(crate) fn are_inert(attributes: &[Attribute]) -> bool {
    const TOOLS: &[&str] = &["clippy", "diagnostic", "miri", "rust_analyzer", "rustfmt"];
    const BUILT_IN: &[&str] = &[
        "allow",
        "automatically_derived",
        "cold",
        "coverage",
        "deny",
        "deprecated",
        "doc",
        "expect",
        "forbid",
        "inline",
        "must_use",
        "no_mangle",
        "target_feature",
        "track_caller",
        "warn",
    ];
    attributes.iter().all(|attribute| {
        let segments = &attribute.path().segments;
        let known = if segments.len() == 1 { BUILT_IN } else { TOOLS };
        known.iter().any(|name| segments[0].ident == name)
    })
}
