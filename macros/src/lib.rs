//! The attribute macros and derives of goldsignal. They are documented on the re-exports in `goldsignal`, where the
//! examples can run as doc tests.

mod attributes;
mod buckets;
mod business_counter;
mod control_flow;
mod diagnostics;
#[cfg(test)]
mod expansions;
mod fault;
mod forms;
mod function;
mod habits;
mod help;
mod label;
mod labels;
mod literals;
mod metrics;
mod names;
mod observed;
mod once;
mod options;
mod paths;
#[cfg(test)]
mod properties;
mod renamed;
mod reserved;
mod routes;
mod secrets;
mod units;
mod wrap;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;

#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn observed(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute(arguments, item, observed::expand, "#[observed(crate = NAME)]")
}

#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn business_counter(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute(arguments, item, business_counter::expand, "#[business_counter(.., crate = NAME)]")
}

#[allow(missing_docs)]
#[proc_macro]
pub fn routes(input: TokenStream) -> TokenStream {
    input_of(input, routes::expand, "routes![crate = NAME; ..]")
}

#[allow(missing_docs)]
#[proc_macro_derive(Label, attributes(label))]
pub fn label(item: TokenStream) -> TokenStream {
    input_of(item, label::expand, "#[label(crate = NAME)]")
}

#[allow(missing_docs)]
#[proc_macro_derive(Labels, attributes(labels, label))]
pub fn labels(item: TokenStream) -> TokenStream {
    input_of(item, labels::expand, "#[labels(crate = NAME)]")
}

#[allow(missing_docs)]
#[proc_macro_derive(Metrics, attributes(metrics, metric))]
pub fn metrics(item: TokenStream) -> TokenStream {
    input_of(item, metrics::expand, "#[metrics(crate = NAME)]")
}

#[allow(missing_docs)]
#[proc_macro_derive(Fault, attributes(fault))]
pub fn fault(item: TokenStream) -> TokenStream {
    input_of(item, fault::expand, "#[fault(crate = NAME)]")
}

/// Expands an attribute, unless it has to name the crate first; see [`renamed`].
fn attribute(
    arguments: TokenStream,
    item: TokenStream,
    expand: fn(Tokens, Tokens) -> Tokens,
    example: &str,
) -> TokenStream {
    let (arguments, item) = (Tokens::from(arguments), Tokens::from(item));
    match renamed::error(&arguments, example) {
        Some(error) => [error, item].into_iter().collect::<Tokens>().into(),
        None => expand(arguments, item).into(),
    }
}

/// Expands a derive, or a macro that is called; as [`attribute`].
fn input_of(input: TokenStream, expand: fn(Tokens) -> Tokens, example: &str) -> TokenStream {
    let input = Tokens::from(input);
    renamed::error(&input, example).unwrap_or_else(|| expand(input)).into()
}
