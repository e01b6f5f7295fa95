//! `routes![]`: handlers mounted under the routes that their attributes state.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Path, PathArguments, Token};

use crate::diagnostics::Errors;
use crate::paths::Runtime;
use crate::wrap::hidden;

/// `[crate = path;] handler, module::handler, handler.layer(..), …`
struct Handlers {
    runtime: Runtime,
    handlers: Punctuated<Mounted, Token![,]>,
}

/// A handler: the function's path, and the whole expression, which may put layers on it.
struct Mounted {
    path: Path,
    handler: Expr,
}

impl Parse for Handlers {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut runtime = Runtime::default();
        if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            runtime = Runtime::new(input.call(Path::parse_mod_style)?);
            input.parse::<Token![;]>()?;
        }
        let handlers = Punctuated::parse_terminated(input)?;
        Ok(Self { runtime, handlers })
    }
}

impl Parse for Mounted {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let handler: Expr = input.parse()?;
        let Some(mut path) = function(&handler).cloned() else {
            let message = "expected a handler: its path, or its path with `.layer(..)`";
            return Err(syn::Error::new_spanned(handler, message));
        };
        // The function may have parameters; its route has none.
        if let Some(last) = path.segments.last_mut() {
            last.arguments = PathArguments::None;
        }
        Ok(Self { path, handler })
    }
}

/// The function under the layers.
fn function(handler: &Expr) -> Option<&Path> {
    match handler {
        Expr::Path(path) if path.qself.is_none() => Some(&path.path),
        Expr::MethodCall(call) => function(&call.receiver),
        _ => None,
    }
}

/// Expands to a router.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(Handlers { runtime, handlers }) = errors.note(syn::parse2(input)) else {
        return errors.into_compile_error();
    };
    refuse_duplicates(&handlers, &mut errors);
    if !errors.is_empty() {
        return errors.into_compile_error();
    }
    let mounting = hidden("mounting");
    let mounted = handlers.iter().map(|Mounted { path, handler }| {
        // The function is found in one namespace, its route in the other.
        quote_spanned!(path.span()=> #mounting.mount::<#path, _, _>(#handler);)
    });
    let private = runtime.private(Span::call_site());
    // One statement each: the compiler takes much longer for one long chain.
    quote!({ let mut #mounting = #private::Mounting::new(); #(#mounted)* #mounting.finish() })
}

fn refuse_duplicates(handlers: &Punctuated<Mounted, Token![,]>, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for Mounted { path, .. } in handlers {
        if !seen.insert(path.to_token_stream().to_string()) {
            errors.add(path, "this handler is mounted twice; remove one");
        }
    }
}
