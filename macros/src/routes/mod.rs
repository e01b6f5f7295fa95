//! `routes![]`: handlers mounted under the routes that their attributes state.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Path, Token};

use crate::diagnostics::Errors;
use crate::paths::Runtime;

/// `[crate = path;] handler, module::handler, …`
struct Handlers {
    runtime: Runtime,
    paths: Punctuated<Path, Token![,]>,
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
        let paths = Punctuated::parse_terminated_with(input, Path::parse_mod_style)?;
        Ok(Self { runtime, paths })
    }
}

/// Expands to a router.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(Handlers { runtime, paths }) = errors.note(syn::parse2(input)) else {
        return errors.into_compile_error();
    };
    refuse_duplicates(&paths, &mut errors);
    if !errors.is_empty() {
        return errors.into_compile_error();
    }
    let mounted = paths.iter().map(|path| {
        // The function is found in one namespace, its route in the other.
        let private = runtime.private(path.span());
        quote_spanned!(path.span()=> .mount::<#path, _, _>(#path, #private::here!()))
    });
    let private = runtime.private(Span::call_site());
    quote!(#private::Mounting::new() #(#mounted)* .finish())
}

fn refuse_duplicates(paths: &Punctuated<Path, Token![,]>, errors: &mut Errors) {
    let mut seen: Vec<&Path> = Vec::new();
    for path in paths {
        if seen.contains(&path) {
            errors.add(path, "this handler is mounted twice; remove one");
        }
        seen.push(path);
    }
}
