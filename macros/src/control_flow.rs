//! Finds what leaves the function in an expression that an attribute evaluates before or after the call: `?`, `return`,
//! `break`, `continue`, `.await`, `yield`. The call would be left uncounted.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, Macro, Token};

use crate::diagnostics::Errors;

/// Macros that return early, although their arguments do not show it.
const RETURNING_MACROS: &[&str] = &["bail", "ensure", "ensure_eq", "r#try", "ready", "whatever"];

/// Reports the first token that leaves the function. `captured` says when the expression is evaluated.
pub(crate) fn refuse(expression: &Expr, captured: &str, errors: &mut Errors) {
    if let Some((token, name)) = find(expression) {
        let remedy = match name.as_str() {
            ".await" => "await the value in the body, or in the caller, and pass it as an argument",
            "?" => "capture the whole value, or its success: `.ok()`",
            _ => "do this in the body",
        };
        errors.add(token, format_args!("{captured}, so they cannot contain `{name}`; {remedy}"));
    }
}

/// The first token that leaves the function, and what it is called.
fn find(expression: &Expr) -> Option<(TokenStream, String)> {
    let mut finder = Finder { found: None, loops: 0 };
    finder.visit_expr(expression);
    finder.found
}

struct Finder {
    found: Option<(TokenStream, String)>,
    /// How many loops of the expression itself enclose the current one.
    loops: usize,
}

impl Finder {
    fn found(&mut self, token: impl ToTokens, name: &str) {
        self.found.get_or_insert_with(|| (token.into_token_stream(), name.to_owned()));
    }

    fn in_loop(&mut self, visit: impl FnOnce(&mut Self)) {
        self.loops += 1;
        visit(self);
        self.loops -= 1;
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_expr(&mut self, expression: &'ast Expr) {
        match expression {
            // They leave the closure or block, not the function.
            Expr::Closure(_) | Expr::Async(_) | Expr::TryBlock(_) => return,
            Expr::Try(inner) => {
                self.visit_expr(&inner.expr);
                self.found(inner.question_token, "?");
                return;
            }
            Expr::Await(inner) => {
                self.visit_expr(&inner.base);
                self.found(inner.await_token, ".await");
                return;
            }
            Expr::Return(inner) => self.found(inner.return_token, "return"),
            Expr::Yield(inner) => self.found(inner.yield_token, "yield"),
            Expr::Break(inner) if self.loops == 0 => self.found(inner.break_token, "break"),
            Expr::Continue(inner) if self.loops == 0 => {
                self.found(inner.continue_token, "continue");
            }
            Expr::Loop(inner) => return self.in_loop(|finder| finder.visit_block(&inner.body)),
            Expr::While(inner) => {
                self.visit_expr(&inner.cond);
                return self.in_loop(|finder| finder.visit_block(&inner.body));
            }
            Expr::ForLoop(inner) => {
                self.visit_expr(&inner.expr);
                return self.in_loop(|finder| finder.visit_block(&inner.body));
            }
            // `break 'label value` of a labelled block.
            Expr::Block(inner) if inner.label.is_some() => {
                return self.in_loop(|finder| finder.visit_block(&inner.block));
            }
            _ => {}
        }
        visit::visit_expr(self, expression);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}

    fn visit_macro(&mut self, call: &'ast Macro) {
        let last = call.path.segments.last().map(|segment| segment.ident.to_string());
        if let Some(name) = last.filter(|name| RETURNING_MACROS.contains(&name.as_str())) {
            self.found(&call.path, &format!("{name}!"));
        }
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone());
        match arguments {
            Ok(arguments) => {
                if let Some((token, name)) = arguments.iter().find_map(find) {
                    self.found(token, &name);
                }
            }
            Err(_) => self.scan(call.tokens.clone()),
        }
    }
}

impl Finder {
    /// Searches tokens that are not a list of expressions, as in `json!({ .. })`.
    fn scan(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.scan(group.stream()),
                TokenTree::Ident(ident) if ident == "async" || ident == "move" => return,
                TokenTree::Ident(ident) if ident == "return" => self.found(ident, "return"),
                TokenTree::Ident(ident) if ident == "await" => self.found(ident, ".await"),
                TokenTree::Punct(punct) if punct.as_char() == '?' => {
                    let is_bound =
                        matches!(tokens.peek(), Some(TokenTree::Ident(next)) if next == "Sized");
                    // In `tracing`'s macros a `?` in front of a value asks for its `Debug` text.
                    let is_prefix = matches!(tokens.peek(), Some(TokenTree::Ident(_)));
                    if !is_bound && !is_prefix {
                        self.found(punct, "?");
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found_in(text: &str) -> Option<String> {
        find(&syn::parse_str(text).unwrap()).map(|(_, name)| name)
    }

    #[test]
    fn what_leaves_the_function_is_found() {
        for (text, name) in [
            ("a?", "?"),
            ("f(b?.len())", "?"),
            ("load().await", ".await"),
            ("load().await?", ".await"),
            ("if a { return } else { 1 }", "return"),
            ("match a { Some(b) => b, None => return Err(1) }", "return"),
            ("{ break 1 }", "break"),
            ("if a { continue } else { 1 }", "continue"),
            ("loop { return 1 }", "return"),
            ("match a { Some(b) => b, None => anyhow::bail!(\"none\") }", "bail!"),
            ("{ ensure!(a > 1); a }", "ensure!"),
            ("format!(\"{}\", a?)", "?"),
            ("json!({ \"a\": b? })", "?"),
        ] {
            assert_eq!(found_in(text).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn what_stays_inside_is_not() {
        for text in [
            "a.map(|b| b?.len())",
            "a.and_then(|b| { return b; })",
            "loop { break 1 }",
            "{ for a in b { if a { continue } } 1 }",
            "'a: { if b { break 'a 1 } 2 }",
            "async { load().await }",
            "matches!(a, Some(_))",
            "format!(\"{a:?}\")",
            "json!({ \"a\": b })",
            "{ fn f() -> Option<u8> { None? } 1 }",
        ] {
            assert_eq!(found_in(text), None, "{text}");
        }
    }
}
