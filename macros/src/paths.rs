//! Every path that expansions name.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Path;

/// The runtime crate, as the user's crate reaches it: `::goldsignal`, unless `crate = path` says otherwise.
#[derive(Clone)]
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
        let root = shown_at(span, self.0.to_token_stream());
        let span = at(span);
        quote_spanned!(span=> #root::__private)
    }

    /// The place in the source at `span`, which is the user's own: one of the expansion would be where the
    /// derive stands.
    pub(crate) fn here(&self, span: Span) -> TokenStream {
        let here = self.private(span).into_iter().chain(quote_spanned!(span=> ::here!()));
        respanned(here, |_| span)
    }
}

/// A span that is shown at `span`, yet belongs to the expansion: lints about the user's code pass it over.
pub(crate) fn at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The tokens where they stand, as the expansion's: lints about the user's code pass them over.
pub(crate) fn ours(tokens: &impl ToTokens) -> TokenStream {
    respanned(tokens.to_token_stream(), at)
}

/// The tokens, shown at `span`: an expression that begins elsewhere would be underlined from there.
fn shown_at(span: Span, tokens: TokenStream) -> TokenStream {
    respanned(tokens, |own| own.located_at(span))
}

/// The tokens with other spans. What is in brackets keeps its own.
fn respanned(
    tokens: impl IntoIterator<Item = TokenTree>,
    span: impl Fn(Span) -> Span,
) -> TokenStream {
    let respanned = tokens.into_iter().map(|mut token| {
        token.set_span(span(token.span()));
        token
    });
    respanned.collect()
}
