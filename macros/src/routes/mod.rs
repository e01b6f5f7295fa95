//! `routes![]`: handlers mounted under the routes that their attributes state.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, Path, PathArguments, Token};

use crate::diagnostics::{Errors, unknown};
use crate::once::Once;
use crate::paths::Runtime;
use crate::wrap::hidden;

/// `[crate = path;] [under = "/prefix";] handler, module::handler, handler.layer(..), …`
struct Arguments {
    runtime: Runtime,
    /// The path of which all of theirs are a part.
    prefix: Option<Expr>,
    handlers: Punctuated<Mounted, Token![,]>,
    /// What is wrong with the options.
    errors: Errors,
}

/// A handler: the function's path, and the whole expression, which may put layers on it.
struct Mounted {
    path: Path,
    handler: Expr,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut runtime = Once::default();
        let mut prefix = Once::default();
        let mut errors = Errors::default();
        while input.peek2(Token![=]) {
            let key = input.call(Ident::parse_any)?;
            input.parse::<Token![=]>()?;
            match key.to_string().as_str() {
                "crate" => runtime.set(key, input.call(Path::parse_mod_style)?, &mut errors),
                "under" => {
                    let value: Expr = input.parse()?;
                    check_prefix(&value, &mut errors);
                    prefix.set(key, value, &mut errors);
                }
                given => {
                    let message = unknown("option", given, &["crate", "under"]);
                    return Err(syn::Error::new(key.span(), message));
                }
            }
            input.parse::<Token![;]>()?;
        }
        let handlers = Punctuated::parse_terminated(input)?;
        let runtime = runtime.take().map(Runtime::new).unwrap_or_default();
        Ok(Self { runtime, prefix: prefix.take(), handlers, errors })
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

/// Notes what is wrong with a literal prefix; other expressions are checked when they are evaluated.
fn check_prefix(prefix: &Expr, errors: &mut Errors) {
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = prefix else { return };
    let path = text.value();
    if !path.starts_with('/') {
        errors.add(text, format_args!("a prefix begins with a slash: write `/{path}`"));
    } else if path.ends_with('/') {
        errors.add(text, "a prefix ends without a slash: those of the routes follow it");
    } else if path.contains("{*") {
        errors.add(text, "a prefix has no wildcard: the routes follow it");
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
    let Some(Arguments { runtime, prefix, handlers, errors: wrong }) =
        errors.note(syn::parse2(input))
    else {
        return errors.into_compile_error();
    };
    errors.append(wrong);
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
    let Some(prefix) = prefix else {
        return quote!({
            let mut #mounting = #private::Mounting::new(); #(#mounted)* #mounting.finish()
        });
    };
    let span = prefix.span();
    let under = quote_spanned!(span=> #private::Prefix::new(#prefix));
    // The catalog knows the whole paths before anything is mounted.
    let linked = handlers.iter().map(|Mounted { path, .. }| {
        quote_spanned! {path.span()=> {
            #private::linked!(mount MOUNT = #private::Mount::new::<#path>(__GOLDSIGNAL_UNDER));
        }}
    });
    quote!({
        const __GOLDSIGNAL_UNDER: #private::Prefix = #under;
        #(#linked)*
        let mut #mounting = #private::Mounting::under(__GOLDSIGNAL_UNDER);
        #(#mounted)*
        #mounting.finish()
    })
}

fn refuse_duplicates(handlers: &Punctuated<Mounted, Token![,]>, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for Mounted { path, .. } in handlers {
        if !seen.insert(path.to_token_stream().to_string()) {
            errors.add(path, "this handler is mounted twice; remove one");
        }
    }
}
