//! The paths in expansions, and the spans of generated tokens.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

use crate::diagnostics::Errors;
use crate::renamed;

/// The name of the runtime's private module in generated bodies.
const IMPORTED: &str = "__gs";

/// The path of the runtime crate: `::goldsignal`, unless the user gives another by `crate = path`.
#[derive(Clone)]
pub(crate) struct CratePath {
    path: Path,
    origin: Origin,
}

/// Where the path of the runtime crate is from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Default,
    /// The user wrote it.
    Given,
    /// The import at the beginning of a generated body.
    Import,
}

impl CratePath {
    /// The path that the user gives, or else `::goldsignal`. If the crate knows goldsignal by another name, a missing path
    /// is an error, and the name is taken, so that the expansion causes no further ones.
    ///
    /// `tokens` are in the attribute or derive, for the error.
    pub(crate) fn given(path: Option<Self>, tokens: impl ToTokens, errors: &mut Errors) -> Self {
        if let Some(path) = path {
            return path;
        }
        let Some(name) = renamed::other_name() else { return Self::default() };
        let message =
            format!("goldsignal is called `{name}` in this crate: write `crate = {name}`");
        let tokens = tokens.into_token_stream();
        if tokens.is_empty() {
            errors.combine(syn::Error::new(Span::call_site(), message));
        } else {
            errors.add(tokens, message);
        }
        let name = Ident::new(name, Span::call_site());
        Self { path: syn::parse_quote!(::#name), origin: Origin::Default }
    }
}

impl Default for CratePath {
    fn default() -> Self {
        Self { path: syn::parse_quote!(::goldsignal), origin: Origin::Default }
    }
}

impl CratePath {
    /// The path that the user gives.
    pub(crate) fn new(path: Path) -> Self {
        Self { path, origin: Origin::Given }
    }

    /// The path in a body that begins with [`import`](Self::import). Shorter paths leave more of an expansion on one line.
    pub(crate) fn in_body(&self) -> Self {
        Self { path: self.path.clone(), origin: Origin::Import }
    }

    /// The first statement of a body. `probes` are the traits to import.
    pub(crate) fn import(&self, probes: &str) -> TokenStream {
        let private = self.private(Span::call_site());
        let [imported, probes] = [IMPORTED, probes].map(|name| Ident::new(name, Span::call_site()));
        quote!(use #private::{self as #imported, #probes::*};)
    }

    /// The expansion of a derive or of `routes![]`. If the user gave the path, a macro at that path returns it, so that a
    /// path that does not exist is one error.
    pub(crate) fn checked(&self, expansion: TokenStream) -> TokenStream {
        if self.origin != Origin::Given {
            return expansion;
        }
        let path = &self.path;
        let span = located_at(path.span());
        let checked = quote_spanned!(span=> #path::__private::expansion!);
        quote!(#checked { #expansion })
    }

    /// The expansion of an attribute on `item`, likewise. If the path does not exist, `item` stays as it is, so that its uses
    /// are no errors.
    pub(crate) fn checked_attribute(
        &self,
        expansion: TokenStream,
        item: &TokenStream,
    ) -> TokenStream {
        if self.origin != Origin::Given {
            return expansion;
        }
        let path = &self.path;
        let span = located_at(path.span());
        let checked = quote_spanned!(span=> #path::__private::expanded);
        quote!(#[#checked(#expansion)] #item)
    }

    /// `::goldsignal::__private`, the only module of the runtime that expansions use. The compiler reports errors in
    /// the path at `span`; names still resolve at the macro call.
    pub(crate) fn private(&self, span: Span) -> TokenStream {
        if self.origin == Origin::Import {
            return Ident::new(IMPORTED, located_at(span)).into_token_stream();
        }
        let root = with_location(span, self.path.to_token_stream());
        let span = located_at(span);
        quote_spanned!(span=> #root::__private)
    }

    /// The expression of the source location of `span`.
    ///
    /// Its tokens have the user's span itself: with a span of the expansion, `file!()` and `line!()` would return the
    /// location of the derive.
    pub(crate) fn source_location(&self, span: Span) -> TokenStream {
        let path = self.private(span).into_iter();
        map_spans(path.chain(quote_spanned!(span=> ::source_location!())), |_| span)
    }
}

/// What generated bodies import by a short name: `__Field`.
pub(crate) fn imported(name: &str, span: Span) -> Ident {
    Ident::new(&format!("__{name}"), located_at(span))
}

/// A span with the location of `span` that belongs to the expansion. Errors are reported there, but lints about the
/// user's code skip it.
pub(crate) fn located_at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The tokens at their location, but as part of the expansion: lints about the user's code skip them.
pub(crate) fn as_generated(tokens: &impl ToTokens) -> TokenStream {
    map_spans(tokens.to_token_stream(), located_at)
}

/// The tokens with the location of `span`. Without this, the compiler would underline the expression from where its
/// first token was written.
fn with_location(span: Span, tokens: TokenStream) -> TokenStream {
    map_spans(tokens, |own| own.located_at(span))
}

/// Changes the span of each token. Tokens inside of groups keep theirs.
fn map_spans(
    tokens: impl IntoIterator<Item = TokenTree>,
    span: impl Fn(Span) -> Span,
) -> TokenStream {
    let mapped = tokens.into_iter().map(|mut token| {
        token.set_span(span(token.span()));
        token
    });
    mapped.collect()
}
