//! Generates one runtime call with a static site from the model. It cannot fail.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Block, GenericParam, Ident, ItemFn, Signature, Visibility};

use super::fields::{self, CheckedValue};
use super::handler;
use super::model::{Model, Name};
use super::parse::ClosureFields;
use super::static_type::StaticType;
use crate::diagnostics::Errors;
use crate::paths::{CratePath, as_generated, imported, located_at};
use crate::routes;
use crate::wrap::{self, EntryFields, HandlerState, Wrapper, are_inert, hygienic_ident};

/// Generates a free function. If it has a route, the future that it returns has it as well: `routes![]` finds it there.
pub(super) fn function(model: &Model, function: ItemFn) -> TokenStream {
    let ItemFn { attrs, vis, sig, block, .. } = function;
    if model.routes.is_empty() {
        return method(model, &attrs, &vis, &sig, &block, false);
    }
    let in_body = model.crate_path.in_body();
    let private = in_body.private(Span::call_site());
    let (name, constant) = handler::outside_of_impl_blocks(model, &sig);
    let is_generic = |parameter: &GenericParam| !matches!(parameter, GenericParam::Lifetime(_));
    let is_generic = sig.generics.params.iter().any(is_generic);
    let route = if is_generic {
        routes::type_of_generic(&sig.ident)
    } else {
        Ident::new("__Route", Span::mixed_site())
    };
    let state = handler::state(model, &sig);
    let mut items = handler::checks(model, &sig, state);
    let operation = operation(model, &in_body);
    let mut beside = constant;
    if is_generic {
        // In the body, the type would be that of one function only: `routes![]` has to name it where the types of the
        // function are generic as well.
        let private = model.crate_path.private(Span::call_site());
        let visibility = as_generated(&vis);
        beside.extend(
            quote!(#private::route! { beside #visibility #route, #operation.of_function(#name) }),
        );
    } else {
        items.extend(quote!(#private::route! { #route, #operation.of_function(#name) }));
    }
    let begin = quote!(#private::routed(#route));
    let parts = (&attrs[..], &vis, &sig, &*block);
    let function = wrap_function(model, items, begin, parts, false, Some(state));
    quote!(#beside #function)
}

/// The function of an attribute with errors, and the errors. `routes![]` then reports no others for it.
pub(super) fn faulty(function: &ItemFn, crate_path: &CratePath, errors: Errors) -> TokenStream {
    let private = crate_path.private(Span::call_site());
    let ItemFn { attrs, vis, sig, block, .. } = function;
    // What other macros would make of the function, they cannot make of this one.
    let attributes = attrs.iter().filter(|attribute| are_inert(std::slice::from_ref(*attribute)));
    let function = wrap::faulty(sig, block, &private);
    errors.beside(quote!(#(#attributes)* #vis #function))
}

/// Generates a function without a route, or a method.
pub(super) fn method(
    model: &Model,
    attributes: &[Attribute],
    visibility: &Visibility,
    signature: &Signature,
    block: &Block,
    other_macros_follow: bool,
) -> TokenStream {
    let in_body = model.crate_path.in_body();
    let private = in_body.private(Span::call_site());
    let operation = operation(model, &in_body);
    let site = quote!(#private::site! { #operation });
    let begin = quote!(#private::begin(&GOLDSIGNAL_SITE));
    let parts = (attributes, visibility, signature, block);
    wrap_function(model, site, begin, parts, other_macros_follow, None)
}

fn wrap_function(
    model: &Model,
    items: TokenStream,
    begin: TokenStream,
    function: (&[Attribute], &Visibility, &Signature, &Block),
    other_macros_follow: bool,
    route: Option<HandlerState>,
) -> TokenStream {
    let (attributes, visibility, signature, block) = function;
    let classify = classify(model, signature, route);
    Wrapper {
        attributes,
        visibility,
        signature,
        block,
        other_macros_follow,
        crate_path: &model.crate_path,
        items,
        begin,
        fields: entry_fields(model, signature, block),
        begin_is_lazy: true,
        classify,
        route,
    }
    .generate()
}

/// Methods of a call: `.constants(&[("name", value), ..]).field("name", value)..`; and statements in the body.
fn entry_fields(model: &Model, signature: &Signature, block: &Block) -> EntryFields {
    let crate_path = model.crate_path.in_body();
    let private = crate_path.private(Span::call_site());
    let mut constants = TokenStream::new();
    let mut captured = EntryFields::default();
    for field in &model.fields {
        let name = &field.name;
        if let Some(value) = fields::constant(field) {
            constants.extend(quote!((#name, #private::Constant::#value),));
            continue;
        }
        let value = wrap::checked_moves(&field.value, signature, block, &crate_path);
        let field = &fields::Field { value, ..field.clone() };
        captured.of_call.extend(capture(&crate_path, field));
        let CheckedValue { check, probed, span } = fields::generate(field, &crate_path);
        captured.in_body.extend(quote_spanned!(span=> #check::capture(#name, #probed);));
    }
    if constants.is_empty() {
        return captured;
    }
    let EntryFields { of_call, in_body } = captured;
    EntryFields {
        of_call: quote!(.constants(&[#constants]) #of_call),
        in_body: quote!(#private::constants(&[#constants]); #in_body),
    }
}

/// `.field("name", value)`
fn capture(crate_path: &CratePath, field: &fields::Field) -> TokenStream {
    let name = &field.name;
    let CheckedValue { check, probed, span } = fields::generate(field, crate_path);
    let value = quote_spanned!(span=> #check::check(#probed));
    quote!(.field(#name, #value))
}

/// The closure that classifies the returned value and captures its fields.
fn classify(model: &Model, signature: &Signature, route: Option<HandlerState>) -> TokenStream {
    let span = wrap::return_span(signature);
    let private = model.crate_path.in_body().private(span);
    if wrap::diverges(signature) {
        return quote!(|_, _| #private::never());
    }
    let (value, captures) = (hygienic_ident("value"), hygienic_ident("captures"));
    let crate_path = model.crate_path.in_body();
    let (mut statements, mut moves) = (Vec::new(), None);
    for (kind, closure) in [(ResultKind::Ok, &model.ok), (ResultKind::Err, &model.err)] {
        let Some(closure) = closure else { continue };
        let find = |name: &str| {
            closure.fields.iter().find_map(|field| wrap::find_variable(&field.value, name))
        };
        if let Some(checks) = wrap::read_later(signature, &closure.pattern, find, &crate_path) {
            statements.push(checks);
            // The closure outlives the function if that is `async`.
            moves = Some(quote!(move));
        }
        statements.push(result_fields(model, kind, closure));
    }
    let verdict = wrap::verdict(&value, span);
    let cause = wrap::cause(signature, &value, span, &private);
    let verdict_and_cause = if route == Some(HandlerState::Checked) {
        // The compiler reports a value that is no response at the first argument: so it is at the return type, too.
        let mut value = value.clone();
        value.set_span(value.span().located_at(span));
        quote_spanned!(span=> #private::Responds::classify(#value, #verdict, #captures, #cause))
    } else {
        quote_spanned!(span=> #private::IntoVerdict::classify(#verdict, #captures, #cause))
    };
    if statements.is_empty() {
        return quote!(|#value, #captures| #verdict_and_cause);
    }
    quote!(#moves |#value, #captures| { #(#statements)* #verdict_and_cause })
}

/// Whether the returned value is a success or an error.
#[derive(Clone, Copy)]
enum ResultKind {
    Ok,
    Err,
}

/// The statement that captures the fields of `ok(|pattern| ..)` or `err(|pattern| ..)`.
fn result_fields(model: &Model, kind: ResultKind, closure: &ClosureFields) -> TokenStream {
    let ClosureFields { pattern, fields } = closure;
    let span = located_at(pattern.span());
    let crate_path = model.crate_path.in_body();
    let private = crate_path.private(span);
    let (value, target) = (hygienic_ident("value"), hygienic_ident("captures"));
    let probe = imported("Value", span);
    let probe = quote_spanned!(span=> &&&#probe(#value));
    let part = match kind {
        ResultKind::Ok => quote_spanned!(span=> (#probe).ok()),
        ResultKind::Err => {
            quote_spanned!(span=> #private::Fallible::error((#probe).err()))
        }
    };
    let fields = fields.iter().map(|field| capture(&crate_path, field));
    quote_spanned! {span=>
        if let #private::Some(#pattern) = #part { #target #(#fields)*; }
    }
}

/// The constant expression of the runtime's `Operation`.
fn operation(model: &Model, crate_path: &CratePath) -> TokenStream {
    let private = crate_path.private(Span::call_site());
    let name = match &model.name {
        Name::Explicit(name) => quote!(#private::operation!(#name)),
        Name::Default(name) => {
            let tail = format!("::{name}");
            quote!(#private::operation!(module #tail))
        }
    };
    let help = Some(&model.help).filter(|help| !help.is_empty()).map(|help| quote!(.help(#help)));
    let routes = model.routes.iter().map(|route| {
        let text = format!("{} {}", route.method, route.path.value());
        quote!(#private::Route::of(#text))
    });
    let routes = (!model.routes.is_empty()).then(|| quote!(.routes(&[#(#routes),*])));
    let tool = model.tool.as_ref().map(|tool| quote!(.tool(#tool)));
    let names = model.field_names();
    let fields = (!names.is_empty()).then(|| quote!(.fields(&[#(#names),*])));
    let hidden = model.hidden_names();
    let hidden = (!hidden.is_empty()).then(|| quote!(.hidden(&[#(#hidden),*])));
    let level = model.level.as_ref().map(|level| quote!(.level(#private::Level::#level)));
    let long = model.long.then(|| quote!(.long()));
    let poll_budget = model
        .poll_budget
        .map(|budget| quote!(.poll_budget(::core::time::Duration::from_nanos(#budget))));
    let value = model.value.as_ref().map(|value| {
        let StaticType { ty, maybe_generic } = value;
        let unless = maybe_generic.as_ref().map(|name| {
            let name = as_generated(name);
            quote!(, unless #name)
        });
        quote!(.ends(|| #private::ends!(#ty #unless)))
    });
    let operation =
        with_buckets(model, crate_path, quote!(#name #help #routes #tool #fields #hidden));
    let operation = with_objective(model, crate_path, quote!(#operation #level #poll_budget #long));
    quote!(#operation #value)
}

/// The operation with its buckets. They are checked when the compiler evaluates them, which it reports at the call: so this
/// is the call of a function at the user's tokens, and no method, whose call begins at the first of the chain.
fn with_buckets(model: &Model, crate_path: &CratePath, operation: TokenStream) -> TokenStream {
    let Some(buckets) = &model.buckets else { return operation };
    let (slice, span) = (buckets.slice(), buckets.to_validate());
    let span = located_at(span.unwrap_or_else(Span::call_site));
    let private = crate_path.private(span);
    quote_spanned!(span=> #private::Operation::buckets(#operation, #slice))
}

/// The operation with its objective, which is checked as buckets are. It comes after what changes them.
fn with_objective(model: &Model, crate_path: &CratePath, operation: TokenStream) -> TokenStream {
    let Some(slo) = &model.slo else { return operation };
    let span = located_at(slo.span());
    let private = crate_path.private(span);
    quote_spanned!(span=> #private::Operation::slo(#operation, {
        const SLO: &#private::Slo = &#private::Slo::complete(#slo);
        SLO
    }))
}
