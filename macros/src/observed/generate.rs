//! How is it written? One runtime call with a static site.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Block, ItemFn, Signature, Visibility};

use super::fields;
use super::model::{Model, Name};
use super::parse::Captured;
use super::returns::Nameable;
use crate::paths::ours;
use crate::wrap::{self, Wrapped, hidden};

/// A free function. One with a route also gets a type of its own name, by which `routes![]` finds the
/// route: functions live in another namespace.
pub(super) fn function(model: &Model, function: ItemFn) -> TokenStream {
    let ItemFn { attrs, vis, sig, block, .. } = function;
    if model.routes.is_empty() {
        return method(model, &attrs, &vis, &sig, &block, false);
    }
    let private = model.runtime.private(Span::call_site());
    let name = &sig.ident;
    let operation = operation(model);
    // To lints it is ours, not something that the user wrote.
    let (shown, named) = (ours(&vis), ours(name));
    let marker = quote!(#private::routed! { #shown #named, #operation });
    let begin = quote!(#private::begin_routed::<#name>());
    let function = wrapped(model, begin, (&attrs, &vis, &sig, &block), false);
    quote!(#marker #function)
}

/// A function without a route, or a method. `shared` says that other macros read it after this one.
pub(super) fn method(
    model: &Model,
    attributes: &[Attribute],
    visibility: &Visibility,
    signature: &Signature,
    block: &Block,
    shared: bool,
) -> TokenStream {
    let private = model.runtime.private(Span::call_site());
    let operation = operation(model);
    let begin = quote!(#private::begin({ #private::site! { #operation } }));
    wrapped(model, begin, (attributes, visibility, signature, block), shared)
}

fn wrapped(
    model: &Model,
    begin: TokenStream,
    function: (&[Attribute], &Visibility, &Signature, &Block),
    shared: bool,
) -> TokenStream {
    let (attributes, visibility, signature, block) = function;
    let private = model.runtime.private(Span::call_site());
    let fields = model.fields.iter().map(|field| capture(model, field)).collect();
    let judge = judge(model, signature);
    Wrapped {
        attributes,
        visibility,
        signature,
        block,
        shared,
        private,
        head: begin,
        fields,
        lazy: true,
        judge,
    }
    .generate()
}

/// `.field("name", value)`
fn capture(model: &Model, field: &fields::FieldArg) -> TokenStream {
    let name = &field.name;
    let value = fields::generate(field, |span| model.runtime.private(span));
    quote!(.field(#name, #value))
}

/// The closure that reads the value.
fn judge(model: &Model, signature: &Signature) -> TokenStream {
    let span = wrap::return_span(signature);
    let private = model.runtime.private(span);
    if wrap::diverges(signature) {
        return quote!(|_, _| #private::never());
    }
    let (value, captures) = (hidden("value"), hidden("captures"));
    let ends =
        [(End::Ok, &model.ok), (End::Err, &model.err)].into_iter().filter_map(|(end, captured)| {
            captured.as_ref().map(|captured| end_captures(model, end, captured))
        });
    let verdict = wrap::verdict(&value, span, &private);
    let cause = wrap::cause(signature, &value, span, &private);
    let judged = quote_spanned!(span=> #private::judged(#captures, #verdict, #cause));
    let mut ends = ends.peekable();
    if ends.peek().is_none() {
        return quote!(|#value, #captures| #judged);
    }
    quote!(|#value, #captures| { #(#ends)* #judged })
}

/// The two ways in which a value can end a call.
#[derive(Clone, Copy)]
enum End {
    Ok,
    Err,
}

fn end_captures(model: &Model, end: End, captured: &Captured) -> TokenStream {
    let Captured { pattern, fields } = captured;
    let private = model.runtime.private(pattern.span());
    let (value, target) = (hidden("value"), hidden("captures"));
    let span = pattern.span();
    let probe = quote_spanned!(span=> &&&#private::Returned(#value));
    let part = match end {
        End::Ok => quote_spanned!(span=> (#probe).ok()),
        End::Err => quote_spanned!(span=> #private::bad(#value, (#probe).err())),
    };
    let fields = fields.iter().map(|field| capture(model, field));
    quote_spanned! {span=>
        if let #private::Some(#pattern) = #part { #target #(#fields)*; }
    }
}

/// What is declared of the function.
fn operation(model: &Model) -> TokenStream {
    let private = model.runtime.private(Span::call_site());
    let name = match &model.name {
        Name::Given(name) => quote!(#name),
        Name::InModule(name) => {
            let tail = format!("::{name}");
            quote!(::core::concat!(::core::module_path!(), #tail))
        }
    };
    let help = Some(&model.help).filter(|help| !help.is_empty()).map(|help| quote!(.help(#help)));
    let routes = model.routes.iter().map(|route| {
        let (method, path) = (&route.method, &route.path);
        quote!(#private::Route::new(#method, #path))
    });
    let routes = (!model.routes.is_empty()).then(|| quote!(.routes(&[#(#routes),*])));
    let names = model.field_names();
    let fields = (!names.is_empty()).then(|| quote!(.fields(&[#(#names),*])));
    let hidden = model.hidden_names();
    let hidden = (!hidden.is_empty()).then(|| quote!(.hidden(&[#(#hidden),*])));
    let buckets = model.buckets.as_ref().map(|buckets| quote!(.buckets(&#buckets)));
    let level = model.level.as_ref().map(|level| quote!(.level(#private::Level::#level)));
    let long = model.long.then(|| quote!(.long()));
    let slo = model.slo.as_ref().map(|slo| {
        let private = model.runtime.private(slo.span());
        quote_spanned!(slo.span()=> .slo(#private::slo!(#slo)))
    });
    let value = model.value.as_ref().map(|value| {
        let Nameable { ty, doubtful } = value;
        let unless = doubtful.as_ref().map(|name| {
            let name = ours(name);
            quote!(, unless #name)
        });
        quote!(.ends(|| #private::ends!(#ty #unless)))
    });
    quote! {
        #private::operation!(#name) #help #routes #fields #hidden #buckets #level #long #slo #value
    }
}
