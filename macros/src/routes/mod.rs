//! `routes![]`: a router of handlers, with the routes from their attributes.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, LitStr, Path, PathArguments, Token, parse_quote};

use crate::diagnostics::Errors;
use crate::forms;
use crate::habits::unknown_option;
use crate::literals;
use crate::observed::template;
use crate::once::Once;
use crate::paths::{CratePath, located_at};
use crate::wrap::hygienic_ident;

const HANDLER: &str = "expected a handler: its path, or its path with `.layer(..)`";
const OPTIONS_FIRST: &str =
    "an option comes before the handlers, and ends in `;`: `routes![under = \"/api\"; list]`";
const ROUTE: &str =
    "a route is stated at its handler, by `#[observed(get = \"/orders\")]`; name the handler alone";

/// `[crate = path;] [under = "/prefix";] handler, module::handler, handler.layer(..), …`
struct Arguments {
    crate_path: CratePath,
    /// The path that all routes are nested under.
    prefix: Option<Expr>,
    handlers: Punctuated<Handler, Token![,]>,
    /// Errors in the options.
    errors: Errors,
}

/// A handler: the path of the function, and the expression that adds layers to it.
struct Handler {
    path: Path,
    layered: Option<Expr>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut crate_path = Once::default();
        let mut prefix = Once::default();
        let mut errors = Errors::default();
        while begins_option(input) {
            let key = input.call(Ident::parse_any)?;
            input.parse::<Token![=]>()?;
            let wrong = |_| syn::Error::new(key.span(), forms::message(&key, &[]));
            match key.to_string().as_str() {
                "crate" => {
                    let path = input.call(Path::parse_mod_style).map_err(wrong)?;
                    crate_path.set(key, path, &mut errors);
                }
                "under" => {
                    let value: Expr = input.parse().map_err(wrong)?;
                    check_prefix(&value, &mut errors);
                    prefix.set(key, value, &mut errors);
                }
                given => {
                    let message = unknown_option("routes", given, &["crate", "under"]);
                    return Err(syn::Error::new(key.span(), message));
                }
            }
            if !input.is_empty() && input.parse::<Option<Token![;]>>()?.is_none() {
                let message = "an option ends in `;`: `routes![under = \"/api\"; list]`";
                return Err(input.error(message));
            }
        }
        if let Some(key) = prefix.key().filter(|_| input.is_empty()) {
            let message =
                "a prefix of no handlers; name those to mount: `routes![under = \"/api\"; list]`";
            return Err(syn::Error::new(key.span(), message));
        }
        let handlers = handlers(input)?;
        let first = handlers.first().map(|handler: &Handler| handler.path.to_token_stream());
        let crate_path = crate_path.take().map(CratePath::new);
        let crate_path = CratePath::given(crate_path, first.unwrap_or_default(), &mut errors);
        Ok(Self { crate_path, prefix: prefix.take(), handlers, errors })
    }
}

/// Whether `key =` comes next.
fn begins_option(input: ParseStream<'_>) -> bool {
    let is_other = input.peek2(Token![==]) || input.peek2(Token![=>]);
    input.peek(Ident::peek_any) && input.peek2(Token![=]) && !is_other
}

fn handlers(input: ParseStream<'_>) -> syn::Result<Punctuated<Handler, Token![,]>> {
    let mut handlers = Punctuated::new();
    while !input.is_empty() {
        handlers.push_value(input.parse()?);
        if input.is_empty() {
            break;
        }
        if !input.peek(Token![,]) {
            let is_arrow = input.peek(Token![=>]);
            let message = if is_arrow { ROUTE } else { "handlers are separated by commas" };
            return Err(input.error(message));
        }
        handlers.push_punct(input.parse()?);
    }
    Ok(handlers)
}

impl Parse for Handler {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return Err(input.error(ROUTE));
        }
        if begins_option(input) {
            return Err(input.error(OPTIONS_FIRST));
        }
        let mut handler: Expr =
            input.parse().map_err(|error: syn::Error| syn::Error::new(error.span(), HANDLER))?;
        let variable = hygienic_ident("handler");
        let variable: Expr = parse_quote!(#variable);
        let Some(function) = function_of(&mut handler) else {
            return Err(syn::Error::new_spanned(handler, HANDLER));
        };
        let Expr::Path(function) = std::mem::replace(function, variable) else {
            unreachable!("it is the path of a function")
        };
        let layered = matches!(handler, Expr::MethodCall(_)).then_some(handler);
        Ok(Self { path: function.path, layered })
    }
}

/// Checks a literal prefix. Any other expression is checked when the compiler evaluates it.
fn check_prefix(prefix: &Expr, errors: &mut Errors) {
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = prefix else { return };
    let path = text.value();
    literals::check_text(text, errors);
    if !path.starts_with('/') && !path.contains("://") {
        errors.add(text, format_args!("a prefix must begin with a slash: write `/{path}`"));
    } else if path.ends_with('/') {
        errors.add(text, "remove the slash at the end of the prefix: each route begins with one");
    } else if path.contains("{*") {
        errors.add(text, "a prefix cannot contain a wildcard: the routes are appended to it");
    } else if let Err(message) = template::validate(&path) {
        errors.add(text, message);
    }
}

/// The function that layers are added to: a path.
fn function_of(handler: &mut Expr) -> Option<&mut Expr> {
    match handler {
        Expr::Path(path) if path.qself.is_none() => Some(handler),
        Expr::MethodCall(call) => function_of(&mut call.receiver),
        // A fragment of `macro_rules!`.
        Expr::Group(group) => function_of(&mut group.expr),
        _ => None,
    }
}

/// The name of the type that has the route of a generic function. It is beside the function, with its visibility.
pub(crate) fn type_of_generic(function: &Ident) -> Ident {
    format_ident!("__goldsignal_route_of_{}", function.unraw(), span = Span::call_site())
}

/// Expands to a router.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(Arguments { crate_path, prefix, handlers, errors: option_errors }) =
        errors.handle(syn::parse2(input))
    else {
        return errors.into_compile_error();
    };
    errors.append(option_errors);
    refuse_duplicates(&handlers, &mut errors);
    if !errors.is_empty() {
        return errors.into_compile_error();
    }
    crate_path.checked(mount(&crate_path, prefix.as_ref(), &handlers))
}

/// The router of `handlers`.
fn mount(
    crate_path: &CratePath,
    prefix: Option<&Expr>,
    handlers: &Punctuated<Handler, Token![,]>,
) -> TokenStream {
    let mounting = hygienic_ident("mounting");
    let mounted = handlers.iter().map(|Handler { path, layered }| {
        let function = function(crate_path, path);
        // Errors about the call are reported at the path.
        let mut mounting = mounting.clone();
        mounting.set_span(mounting.span().located_at(path.span()));
        match layered {
            None => {
                let private = crate_path.private(path.span());
                quote_spanned!(located_at(path.span())=> #private::ExtractsFrom::mount(#function, &mut #mounting);)
            }
            Some(layered) => {
                let variable = hygienic_ident("handler");
                quote_spanned! {located_at(path.span())=>
                    let #variable = #function;
                    #mounting.mount_layered(#variable.route(), #layered);
                }
            }
        }
    });
    let private = crate_path.private(Span::call_site());
    // A statement for each handler: type checking one long chain of method calls takes much longer.
    let Some(prefix) = prefix else {
        return quote!({
            let mut #mounting = #private::Mounting::new(); #(#mounted)* #mounting.finish()
        });
    };
    let span = prefix.span();
    let under = quote_spanned!(span=> #private::RoutePrefix::new(#prefix));
    // The linker puts the complete paths into the catalog, so that they are known before anything is mounted.
    let linked = handlers.iter().map(|Handler { path, .. }| {
        let site = site(crate_path, path);
        quote_spanned! {path.span()=> {
            #private::linked!(mount MOUNT = #private::MountedOperation::new(|| #site, __GOLDSIGNAL_UNDER));
        }}
    });
    quote!({
        const __GOLDSIGNAL_UNDER: #private::RoutePrefix = #under;
        #(#linked)*
        let mut #mounting = #private::Mounting::under(__GOLDSIGNAL_UNDER);
        #(#mounted)*
        #mounting.finish()
    })
}

/// The handler of the function at `path`.
fn function(crate_path: &CratePath, path: &Path) -> TokenStream {
    let private = crate_path.private(path.span());
    quote_spanned!(located_at(path.span())=> #private::RoutedFunction::handler(#path))
}

/// The site of the function at `path`. Its generic arguments may be generic here, where a static cannot mention them.
fn site(crate_path: &CratePath, path: &Path) -> TokenStream {
    let private = crate_path.private(path.span());
    let is_generic = path.segments.last().is_some_and(|last| !last.arguments.is_none());
    if !is_generic {
        let function = function(crate_path, path);
        return quote_spanned!(located_at(path.span())=> #function.site());
    }
    let mut ty = path.clone();
    if let Some(last) = ty.segments.last_mut() {
        last.ident = type_of_generic(&last.ident);
        last.arguments = PathArguments::None;
    }
    quote_spanned!(path.span()=> <#ty as #private::Routed>::site())
}

fn refuse_duplicates(handlers: &Punctuated<Handler, Token![,]>, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for Handler { path, .. } in handlers {
        if !seen.insert(path.to_token_stream().to_string()) {
            errors.add(path, "this handler is mounted twice; remove one");
        }
    }
}
