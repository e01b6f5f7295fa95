//! Every path that expansions name.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Path;

/// The runtime crate, as the user's crate reaches it: `::goldsignal`, unless `crate = path` says otherwise.
#[derive(Clone, Debug)]
pub(crate) struct Runtime(Path);

impl Default for Runtime {
    fn default() -> Self {
        Self(syn::parse_quote!(::goldsignal))
    }
}

impl Runtime {
    pub(crate) fn new(path: Path) -> Self {
        Self(path)
    }

    /// The door for expansions. `span` is where a fault in what follows is shown; its hygiene stays that
    /// of the call.
    pub(crate) fn private(&self, span: Span) -> TokenStream {
        let path = &self.0;
        let span = at(span);
        quote_spanned!(span=> #path::__private)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.0
    }
}

/// A span that is shown at `span`, yet belongs to the expansion: lints about the user's code pass it over.
pub(crate) fn at(span: Span) -> Span {
    Span::call_site().located_at(span)
}
