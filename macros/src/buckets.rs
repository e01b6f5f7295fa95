//! The bounds of a histogram's buckets, as `#[observed]` and `derive(Metrics)` take them: a list, or a constant.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprArray, ExprLit, ExprUnary, Lit, UnOp};

use crate::diagnostics::Errors;
use crate::literals;
use crate::paths::located_at;

/// Equal to `goldsignal::declare::buckets::MAX`.
const MAX_BUCKETS: usize = 64;

const EXAMPLE: &str = "`[0.1, 0.5, 2.5]`";

const NOT_FINITE: &str = "a bucket bound must be finite; the bucket `+Inf` is added automatically";

/// The bounds. The elements of a list are expressions of type `f64`.
pub(crate) enum Bounds {
    /// Numbers, which are valid.
    Literals(Vec<TokenStream>),
    /// A list that is validated when the compiler evaluates it.
    List(Vec<TokenStream>, Span),
    /// A constant or a call of a constant function: an array, a slice, or a reference to one.
    Constant(Expr),
}

/// Which bounds the values make sense for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A call takes time.
    Positive,
    /// Sizes are never negative.
    NotNegative,
    /// Temperatures may be negative.
    Any,
}

/// Parses the value of `buckets`. An error points at the bound that is wrong. Bounds that are not literals are compared
/// when the compiler evaluates them.
pub(crate) fn parse(expression: &Expr, sign: Sign, errors: &mut Errors) -> Bounds {
    match expression {
        Expr::Reference(reference) => parse(&reference.expr, sign, errors),
        Expr::Group(group) => parse(&group.expr, sign, errors),
        Expr::Paren(paren) => parse(&paren.expr, sign, errors),
        Expr::Array(array) => list(array, sign, errors),
        Expr::Lit(_) | Expr::Unary(_) | Expr::Range(_) | Expr::Tuple(_) | Expr::Macro(_) => {
            errors.add(expression, format_args!("`buckets` takes a list of bounds: {EXAMPLE}"));
            Bounds::Literals(Vec::new())
        }
        Expr::Call(call) if is_of_prometheus(&call.func) => {
            let message = format!(
                "this is computed at run time, but buckets are declared: write a list, {EXAMPLE}, or a constant"
            );
            errors.add(&call.func, message);
            Bounds::Literals(Vec::new())
        }
        _ => Bounds::Constant(expression.clone()),
    }
}

fn list(array: &ExprArray, sign: Sign, errors: &mut Errors) -> Bounds {
    if array.elems.is_empty() {
        errors.add(array, "a histogram needs a bucket; remove `buckets` to use the default ones");
    }
    if let Some(first) = array.elems.iter().nth(MAX_BUCKETS) {
        errors
            .add(first, format_args!("a histogram has at most {MAX_BUCKETS} buckets; remove some"));
    }
    let all_literal = check_elements(array, sign, errors);
    let elements = array.elems.iter().map(as_float).collect();
    if all_literal { Bounds::Literals(elements) } else { Bounds::List(elements, array.span()) }
}

/// Reports the first element that is wrong. Returns whether all are literals.
fn check_elements(array: &ExprArray, sign: Sign, errors: &mut Errors) -> bool {
    let (mut previous, mut all_literal) = (None, true);
    for element in &array.elems {
        match bound(element, sign) {
            Ok(None) => (previous, all_literal) = (None, false),
            Ok(Some(number)) => match order_error(previous, number) {
                None => previous = Some(number),
                Some(message) => {
                    errors.add(element, message);
                    return true;
                }
            },
            Err(message) => {
                errors.add(element, message);
                return true;
            }
        }
    }
    all_literal
}

/// The value of an element; `None` if it is not a literal, but may be a number.
fn bound(element: &Expr, sign: Sign) -> Result<Option<f64>, String> {
    let Some(number) = number(element)? else {
        let message = match element {
            Expr::Path(path) if is_not_finite(path) => NOT_FINITE,
            Expr::Call(call) if mentions_duration(&call.func) => {
                "a bucket bound is a number of seconds: write `0.1` for 100 ms"
            }
            Expr::Lit(_) | Expr::Range(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Struct(_) => {
                "a bucket bound must be a number, such as `0.25`"
            }
            _ => return Ok(None),
        };
        return Err(message.to_owned());
    };
    if !number.is_finite() {
        return Err(NOT_FINITE.to_owned());
    }
    if number < 0.0 && sign != Sign::Any {
        return Err("a bucket bound cannot be negative, because no value is; remove it".to_owned());
    }
    if number <= 0.0 && sign == Sign::Positive {
        return Err("a bucket up to 0 seconds counts nothing; remove it".to_owned());
    }
    Ok(Some(number))
}

fn order_error(previous: Option<f64>, number: f64) -> Option<String> {
    match previous {
        #[expect(clippy::float_cmp, reason = "literals that are raw alike are equal")]
        Some(previous) if previous == number => {
            Some(format!("the bound {number} is given twice; remove one"))
        }
        Some(previous) if previous > number => Some(format!(
            "bucket bounds must ascend, but {number} comes after {previous}; sort them"
        )),
        _ => None,
    }
}

/// The value of a literal with or without a sign.
fn number(element: &Expr) -> Result<Option<f64>, String> {
    match element {
        Expr::Lit(ExprLit { lit, .. }) => match literals::suffix_error(lit, "f64") {
            Some(message) => Err(message),
            None => Ok(literals::number(lit)),
        },
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => {
            Ok(number(expr)?.map(|number| -number))
        }
        _ => Ok(None),
    }
}

fn is_not_finite(path: &syn::ExprPath) -> bool {
    let last = path.path.segments.last();
    last.is_some_and(|last| {
        ["NAN", "INFINITY", "NEG_INFINITY"].iter().any(|name| last.ident == name)
    })
}

/// Whether this is a function of `prometheus` or `prometheus_client` that makes buckets.
fn is_of_prometheus(function: &Expr) -> bool {
    let Expr::Path(path) = function else { return false };
    let last = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    path.path
        .segments
        .first()
        .is_some_and(|first| first.ident.to_string().starts_with("prometheus"))
        || ["exponential_buckets", "linear_buckets"].contains(&last.as_str())
}

fn mentions_duration(function: &Expr) -> bool {
    let Expr::Path(path) = function else { return false };
    path.path.segments.iter().any(|segment| segment.ident == "Duration")
}

/// The element as an expression of type `f64`: `1` becomes `1.0`.
fn as_float(element: &Expr) -> TokenStream {
    match element {
        Expr::Lit(ExprLit { lit: lit @ Lit::Int(_), .. }) => {
            let number = literals::number(lit).filter(|number| number.is_finite());
            let mut float = Literal::f64_unsuffixed(number.unwrap_or_default());
            float.set_span(lit.span());
            float.into_token_stream()
        }
        Expr::Unary(ExprUnary { op: op @ UnOp::Neg(_), expr, .. }) => {
            let expr = as_float(expr);
            quote!(#op #expr)
        }
        other => other.to_token_stream(),
    }
}

impl Bounds {
    /// The expression of type `&'static [f64]`.
    pub(crate) fn slice(&self) -> TokenStream {
        match self {
            Self::Literals(elements) | Self::List(elements, _) => quote!(&[#(#elements),*]),
            // The method exists for arrays, slices and references to them. It is constant, which conversions are not.
            Self::Constant(expression) => {
                quote_spanned!(located_at(expression.span())=> const { #expression }.split_at(0).1)
            }
        }
    }

    /// Where to report that the bounds are invalid, if that is not known yet.
    pub(crate) fn to_validate(&self) -> Option<Span> {
        match self {
            Self::Literals(_) => None,
            Self::List(_, span) => Some(located_at(*span)),
            Self::Constant(expression) => Some(located_at(expression.span())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals() {
        for (text, fits) in [
            ("[0.1, 1, 10]", true),
            ("&[1e3, 1_000_000]", true),
            ("[-1, 0.0, 1]", true),
            ("[0.1_f64, FAST, 1]", true),
            ("BUCKETS", true),
            ("[]", false),
            ("[1, 1.0]", false),
            ("[2, 1]", false),
            ("[1, \"2\"]", false),
            ("[1e999]", false),
            ("[100ms, 250ms]", false),
            ("[1u32]", false),
            ("[f64::NAN]", false),
            ("[Duration::from_millis(5)]", false),
            ("0.1", false),
            ("vec![1.0]", false),
        ] {
            let mut errors = Errors::default();
            parse(&syn::parse_str(text).expect("an expression"), Sign::Any, &mut errors);
            assert_eq!(errors.is_empty(), fits, "{text}");
        }
    }

    #[test]
    fn durations_are_not_negative() {
        for (text, sign, part) in [
            ("[-1, 1]", Sign::Positive, "cannot be negative"),
            ("[0, 1]", Sign::Positive, "counts nothing"),
            ("[-1, 1]", Sign::NotNegative, "cannot be negative"),
        ] {
            let mut errors = Errors::default();
            parse(&syn::parse_str(text).unwrap(), sign, &mut errors);
            assert!(errors.into_compile_error().to_string().contains(part), "{text}");
        }
    }
}
