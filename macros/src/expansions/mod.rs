//! Snapshots of expansions, one for each behaviour, to be reviewed as files.
//!
//! After a change run `INSTA_UPDATE=always cargo test -p goldsignal-macros`, then review the difference.

mod attributes;
mod derives;

use proc_macro2::TokenStream;

/// The expansion as formatted source code.
fn pretty(expansion: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(expansion).expect("an expansion consists of items"))
}
