//! Recognises the body that another attribute of ours has expanded to.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Block, Expr, Item, Stmt, UsePath, UseTree};

/// The future of which `block` awaits the output, if `block` is an expansion of ours: the other attribute was expanded
/// before. Another `async` block around it would store each argument again.
pub(super) fn expanded_future(block: &Block) -> Option<TokenStream> {
    let [Stmt::Item(Item::Use(probes)), items @ .., Stmt::Expr(Expr::Await(awaited), None)] =
        &*block.stmts
    else {
        return None;
    };
    let is_ours = |tree: &UseTree| matches!(tree, UseTree::Path(path) if names_private(path));
    let future = &awaited.base;
    let are_items = items.iter().all(|item| matches!(item, Stmt::Item(_) | Stmt::Macro(_)));
    (is_ours(&probes.tree) && are_items).then(|| quote!({ #probes #(#items)* #future }))
}

/// Whether the path of an import contains `__private`, which only expansions write.
fn names_private(path: &UsePath) -> bool {
    path.ident == "__private" || matches!(&*path.tree, UseTree::Path(rest) if names_private(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(block: &str) -> Option<String> {
        expanded_future(&syn::parse_str(block).unwrap()).map(|future| future.to_string())
    }

    #[test]
    fn only_our_expansions_are_recognised() {
        let ours =
            "{ use ::goldsignal::__private::{self as __gs, probes::*}; __gs::site! {} f(x).await }";
        let future = quote!({
            use ::goldsignal::__private::{self as __gs, probes::*};
            __gs::site! {}
            f(x)
        });
        assert_eq!(expanded(ours), Some(future.to_string()));
        for other in [
            "{ use ::goldsignal::__private::probes::*; f(x) }",
            "{ use ::goldsignal::__private::probes::*; f(x).await; }",
            "{ use ::goldsignal::__private::probes::*; g(); f(x).await }",
            "{ use futures::FutureExt; f(x).await }",
            "{ f(x).await }",
        ] {
            assert_eq!(expanded(other), None, "{other}");
        }
    }
}
