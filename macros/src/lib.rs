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

#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn observed(arguments: TokenStream, item: TokenStream) -> TokenStream {
    observed::expand(arguments.into(), item.into()).into()
}

/// `#[observed]` after all other attributes; expansions write it.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn observed_last(arguments: TokenStream, item: TokenStream) -> TokenStream {
    observed::expand_last(arguments.into(), item.into()).into()
}

/// Replaces the item by the arguments, which are its expansion; expansions write it at the path that `crate = path` gives.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn expanded(arguments: TokenStream, _: TokenStream) -> TokenStream {
    arguments
}

#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn business_counter(arguments: TokenStream, item: TokenStream) -> TokenStream {
    business_counter::expand(arguments.into(), item.into()).into()
}

#[allow(missing_docs)]
#[proc_macro]
pub fn routes(input: TokenStream) -> TokenStream {
    routes::expand(input.into()).into()
}

#[allow(missing_docs)]
#[proc_macro_derive(Label, attributes(label))]
pub fn label(item: TokenStream) -> TokenStream {
    label::expand(item.into()).into()
}

#[allow(missing_docs)]
#[proc_macro_derive(Labels, attributes(labels, label))]
pub fn labels(item: TokenStream) -> TokenStream {
    labels::expand(item.into()).into()
}

#[allow(missing_docs)]
#[proc_macro_derive(Metrics, attributes(metrics, metric, counter, gauge, histogram))]
pub fn metrics(item: TokenStream) -> TokenStream {
    metrics::expand(item.into()).into()
}

#[allow(missing_docs)]
#[proc_macro_derive(Fault, attributes(fault, status))]
pub fn fault(item: TokenStream) -> TokenStream {
    fault::expand(item.into()).into()
}
