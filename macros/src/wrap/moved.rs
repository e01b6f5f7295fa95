//! Arguments that an attribute needs although they are moved. The compiler would report them at the whole attribute, so
//! the expansion requires `Copy` of them, in words, at the token that reads them.

use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Block, Expr, ExprPath, FnArg, Item, Macro, Pat, PatIdent, PatType, Signature, Token, Type,
};

use super::find_variable;
use super::parameters::{is_borrowed, never_drops, variables};
use crate::paths::{CratePath, located_at};

/// The methods of `Option` and `Result` that take them by value.
const TAKING: &[&str] = &[
    "and_then",
    "err",
    "expect",
    "filter",
    "flatten",
    "is_none_or",
    "is_ok_and",
    "is_some_and",
    "map",
    "map_err",
    "map_or",
    "map_or_else",
    "ok",
    "ok_or",
    "ok_or_else",
    "or",
    "or_else",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "zip",
];

/// The statements that check the arguments which are read after the call, in case they were moved into the body; `None`
/// if there is no such argument. `find` finds the first use of a variable, and `pattern` binds others.
pub(crate) fn read_later(
    signature: &Signature,
    pattern: &Pat,
    find: impl Fn(&str) -> Option<Ident>,
    crate_path: &CratePath,
) -> Option<TokenStream> {
    let mut bound = Patterns::default();
    bound.visit_pat(pattern);
    let mut read = None;
    let taken = signature.receiver().filter(|receiver| !is_borrowed(receiver));
    if let Some(this) = taken.and_then(|_| find("self")) {
        read = Some(kept(&this, crate_path));
    }
    for (parameter, name) in arguments(signature) {
        let text = name.to_string();
        let Some(use_of) = find(&text) else {
            continue;
        };
        if bound.0.contains(&name) {
            continue;
        }
        let checks: &mut TokenStream = read.get_or_insert_with(TokenStream::new);
        if is_mutable_reference(&parameter.ty) || !never_drops(&parameter.ty) {
            checks.extend(kept(&use_of, crate_path));
        }
    }
    read
}

/// The statement that requires that this use of an argument is one of a copy.
fn kept(use_of: &Ident, crate_path: &CratePath) -> TokenStream {
    let span = located_at(use_of.span());
    let private = crate_path.private(span);
    quote_spanned!(span=> #private::KeptArgument::check(&#use_of);)
}

/// `expression`, which is evaluated before the body, with a check of each argument that it moves although the body uses
/// it.
pub(crate) fn checked_moves(
    expression: &Expr,
    signature: &Signature,
    block: &Block,
    crate_path: &CratePath,
) -> Expr {
    let used = |name: &Ident| {
        let mut body = Body { name, is_used: false, is_bound: false };
        body.visit_block(block);
        body.is_used && !body.is_bound
    };
    let names: Vec<Ident> = arguments(signature)
        .filter(|(parameter, name)| {
            let is_read = || find_variable(expression, &name.to_string()).is_some();
            !never_drops(&parameter.ty) && is_read() && used(name)
        })
        .map(|(_, name)| name)
        .collect();
    let mut expression = expression.clone();
    if !names.is_empty() {
        let optional = |(parameter, name): (&PatType, Ident)| {
            (is_optional(&parameter.ty) && matches!(&*parameter.pat, Pat::Ident(_))).then_some(name)
        };
        let optional = arguments(signature).filter_map(optional).collect();
        Moves { names, optional, crate_path }.visit_expr_mut(&mut expression);
    }
    expression
}

/// The variables of the parameters.
fn arguments(signature: &Signature) -> impl Iterator<Item = (&PatType, Ident)> {
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => Some(parameter),
        FnArg::Receiver(_) => None,
    });
    typed.flat_map(|parameter| {
        variables(&parameter.pat).into_iter().map(move |(_, name)| (parameter, name))
    })
}

fn is_mutable_reference(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if reference.mutability.is_some())
}

/// The names that patterns bind.
#[derive(Default)]
struct Patterns(Vec<Ident>);

impl<'ast> Visit<'ast> for Patterns {
    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.0.push(pattern.ident.clone());
        visit::visit_pat_ident(self, pattern);
    }
}

/// Whether a body uses an argument, and whether it has a variable of the same name.
struct Body<'a> {
    name: &'a Ident,
    is_used: bool,
    is_bound: bool,
}

impl<'ast> Visit<'ast> for Body<'_> {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        self.is_used |= path.path.is_ident(self.name);
        visit::visit_expr_path(self, path);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.is_bound |= pattern.ident == *self.name;
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.is_used |= mentions(call.tokens.clone(), &self.name.to_string());
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

/// Whether the arguments of a macro mention the variable `name`, also in a format string.
fn mentions(tokens: TokenStream, name: &str) -> bool {
    let mut after_dot = false;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_member = std::mem::take(&mut after_dot);
        let is_mentioned = match token {
            // `name = value` and `name: value` are not the variable.
            TokenTree::Ident(ident) if ident == name && !is_member => !matches!(
                tokens.peek(),
                Some(TokenTree::Punct(next)) if "=:".contains(next.as_char()) && next.spacing() == Spacing::Alone
            ),
            TokenTree::Ident(_) => false,
            TokenTree::Group(group) => mentions(group.stream(), name),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                [format!("{{{name}}}"), format!("{{{name}:")].iter().any(|part| text.contains(part))
            }
            TokenTree::Punct(punct) => {
                after_dot = punct.as_char() == '.';
                false
            }
        };
        if is_mentioned {
            return true;
        }
    }
    false
}

/// Puts a check around the variables that an expression moves for certain, unless their type is `Copy`.
struct Moves<'a> {
    names: Vec<Ident>,
    /// Those whose type is `Option` or `Result`.
    optional: Vec<Ident>,
    crate_path: &'a CratePath,
}

impl Moves<'_> {
    fn is_optional(&self, receiver: &Expr) -> bool {
        matches!(receiver, Expr::Path(path) if path.path.get_ident().is_some_and(|ident| self.optional.contains(ident)))
    }

    fn check(&self, expression: &mut Expr) {
        let Expr::Path(path) = &*expression else { return };
        if path.path.get_ident().is_some_and(|ident| self.names.contains(ident)) {
            let span = located_at(syn::spanned::Spanned::span(path));
            let private = self.crate_path.private(span);
            let checked = quote_spanned!(span=> { #private::SharedArgument::check(&#path); #path });
            *expression = Expr::Verbatim(checked.to_token_stream());
        }
    }
}

/// Whether the type is `Option` or `Result` by its name.
fn is_optional(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "Option" || last.ident == "Result")
}

impl VisitMut for Moves<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        match expression {
            Expr::Closure(_) | Expr::Async(_) => return,
            Expr::Call(call) => call.args.iter_mut().for_each(|argument| self.check(argument)),
            Expr::MethodCall(call) => {
                call.args.iter_mut().for_each(|argument| self.check(argument));
                let method = call.method.to_string();
                if method.starts_with("into_")
                    || self.is_optional(&call.receiver) && TAKING.contains(&method.as_str())
                {
                    self.check(&mut call.receiver);
                }
            }
            Expr::Struct(value) => {
                for member in &mut value.fields {
                    self.check(&mut member.expr);
                    if matches!(member.expr, Expr::Verbatim(_)) {
                        member.colon_token.get_or_insert_with(<Token![:]>::default);
                    }
                }
            }
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}
