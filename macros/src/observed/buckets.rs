//! Validates `buckets = [..]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, ExprArray, ExprLit, Lit};

use crate::diagnostics::Errors;

/// Checks that literal bounds ascend, and generates the array. Bounds that are not literals are checked when the
/// compiler evaluates them.
pub(super) fn validate(buckets: &ExprArray, errors: &mut Errors) -> TokenStream {
    let mut previous: Option<f64> = None;
    if buckets.elems.is_empty() {
        errors.add(buckets, "a histogram needs a bucket; remove `buckets` to use the default ones");
    }
    for bucket in &buckets.elems {
        let Some(value) = number(bucket) else { continue };
        if let Some(previous) = previous.filter(|previous| *previous >= value) {
            errors.add(
                bucket,
                format_args!(
                    "bucket bounds must ascend, but {value} comes after {previous}; sort them"
                ),
            );
        }
        previous = Some(value);
    }
    let bounds = buckets.elems.iter().map(float);
    quote!([#(#bounds),*])
}

/// The value of a literal.
fn number(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Float(value), .. }) => value.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Int(value), .. }) => value.base10_parse().ok(),
        _ => None,
    }
}

/// The bound as an expression of type `f64`: `1` becomes `1.0`.
fn float(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(value), .. }) if value.suffix().is_empty() => {
            let text = format!("{}.0", value.base10_digits());
            let mut literal: proc_macro2::Literal =
                text.parse().unwrap_or_else(|_| proc_macro2::Literal::f64_unsuffixed(0.0));
            literal.set_span(value.span());
            literal.into_token_stream()
        }
        other => other.to_token_stream(),
    }
}
