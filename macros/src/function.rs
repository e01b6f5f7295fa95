//! Parses the item that an attribute is on.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::{Block, Expr, Item, ItemFn, Stmt, token};

/// Parses an item. The body of a function may contain syntax that `syn` does not know, or errors: then it is kept as it
/// is, and only the compiler reports them.
pub(crate) fn item(tokens: &TokenStream) -> syn::Result<Item> {
    syn::parse2(tokens.clone())
        .or_else(|error| with_any_body(tokens).map(Item::Fn).map_err(|_| error))
}

/// As [`item`], of a function only.
pub(crate) fn function(tokens: &TokenStream) -> syn::Result<ItemFn> {
    syn::parse2(tokens.clone()).or_else(|error| with_any_body(tokens).map_err(|_| error))
}

/// The function whose last tokens are a body of any tokens.
fn with_any_body(tokens: &TokenStream) -> syn::Result<ItemFn> {
    let mut tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let body = match tokens.last() {
        Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => body.clone(),
        _ => return Err(syn::Error::new(Span::call_site(), "no body")),
    };
    tokens.pop();
    tokens.push(Group::new(Delimiter::Brace, TokenStream::new()).into());
    let mut function: ItemFn = syn::parse2(tokens.into_iter().collect())?;
    let brace_token = token::Brace { span: body.delim_span() };
    let stmts = vec![Stmt::Expr(Expr::Verbatim(body.stream()), None)];
    *function.block = Block { brace_token, stmts };
    Ok(function)
}

/// Whether the attribute is on a statement or an expression, such as a closure. The compiler refuses that itself.
pub(crate) fn is_statement(tokens: &TokenStream) -> bool {
    let statements = Block::parse_within.parse2(tokens.clone());
    statements.is_ok_and(|all| !all.iter().any(|one| matches!(one, Stmt::Item(_) | Stmt::Macro(_))))
}
