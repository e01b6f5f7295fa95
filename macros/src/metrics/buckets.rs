//! A histogram's bucket bounds: those that the user writes, or the default ones of its unit.

use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use super::model::Buckets;
use crate::diagnostics::Errors;

/// Equal to `goldsignal::declare::buckets::MAX`.
const MAX_BUCKETS: usize = 64;

/// The default bounds for `unit`.
pub(crate) fn default_for(unit: &str) -> Buckets {
    match unit {
        "seconds" => Buckets::Default("DURATION_SECONDS"),
        "bytes" => Buckets::Default("SIZE_BYTES"),
        _ => Buckets::None,
    }
}

/// Parses the value of `buckets`. An array of literals is validated here, where an error can point at the bound; any
/// other expression is validated when the compiler evaluates it.
pub(crate) fn parse(expression: &Expr, errors: &mut Errors) -> Buckets {
    let array = match expression {
        Expr::Reference(reference) => &*reference.expr,
        other => other,
    };
    let Expr::Array(array) = array else { return Buckets::Constant(expression.clone()) };
    if array.elems.is_empty() {
        errors.add(array, "a histogram needs a bucket; remove `buckets` to use the default ones");
    }
    if let Some(first) = array.elems.iter().nth(MAX_BUCKETS) {
        errors
            .add(first, format_args!("a histogram has at most {MAX_BUCKETS} buckets; remove some"));
    }
    let mut bounds: Vec<f64> = Vec::new();
    for element in &array.elems {
        let Some(bound) = number(element) else {
            errors.add(element, "a bucket bound must be a number, such as `0.25`");
            continue;
        };
        if !bound.is_finite() {
            errors.add(
                element,
                "a bucket bound must be finite; the bucket `+Inf` is added automatically",
            );
            continue;
        }
        match bounds.last() {
            #[expect(clippy::float_cmp, reason = "literals that are raw alike are equal")]
            Some(last) if *last == bound => {
                errors.add(element, format_args!("the bound {bound} is given twice; remove one"));
            }
            Some(last) if *last > bound => errors.add(
                element,
                format_args!(
                    "bucket bounds must ascend, but {bound} comes after {last}; sort them"
                ),
            ),
            _ => bounds.push(bound),
        }
    }
    Buckets::Literals(bounds)
}

fn number(expression: &Expr) -> Option<f64> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => number.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_digits().parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => number(expr).map(|number| -number),
        _ => None,
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
            ("[]", false),
            ("[1, 1.0]", false),
            ("[2, 1]", false),
            ("[1, x]", false),
            ("[1e999]", false),
        ] {
            let mut errors = Errors::default();
            parse(&syn::parse_str(text).expect("an expression"), &mut errors);
            assert_eq!(errors.is_empty(), fits, "{text}");
        }
    }
}
