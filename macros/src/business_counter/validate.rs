//! Validates the arguments of `#[business_counter]` against the function.

use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, ExprUnary, ItemFn, Lit, Meta, UnOp};

use super::model::Model;
use super::parse;
use crate::control_flow;
use crate::diagnostics::Errors;
use crate::literals;
use crate::wrap::{binds, find_variable};

pub(super) fn check(model: &Model, function: &ItemFn, errors: &mut Errors) {
    if let Some(constness) = &function.sig.constness {
        errors.add(constness, "a `const fn` cannot be counted: it may run at compile time; count in the functions that call it");
    }
    for expr in [&model.labels, &model.by, &model.condition].into_iter().flatten() {
        let captured = "labels, `by` and `if` are evaluated before the call begins";
        control_flow::refuse(expr, captured, errors);
        if matches!(expr, Expr::Closure(_)) {
            errors.add(
                expr,
                format_args!("{captured}, so a closure cannot get the result; write an expression of the arguments, and `on = ok` or `on = err`"),
            );
        }
        let result = find_variable(expr, "result");
        if let Some(result) = result.filter(|_| !binds(&function.sig, "result")) {
            errors.add(
                &result,
                "labels, `by` and `if` are evaluated before the body runs, so there is no `result` yet; count \
                 inside of the function: `TaskMetrics::get().tasks_created_total.inc(..)`",
            );
        }
    }
    if let Some(by) = &model.by {
        check_amount(by, errors);
    }
    refuse_same(model, &function.attrs, errors);
}

/// Checks an amount that is a literal. The type of any other expression shows whether it is one.
fn check_amount(by: &Expr, errors: &mut Errors) {
    let message = match by {
        Expr::Lit(ExprLit { lit: lit @ Lit::Int(number), .. }) => {
            if number.base10_digits() == "0" {
                "an increment of 0 counts nothing; `by` is a positive whole number"
            } else {
                if !matches!(number.suffix(), "u8" | "u16" | "u32" | "u64" | "usize" | "i32") {
                    literals::check_number(lit, "", errors);
                }
                return;
            }
        }
        Expr::Lit(_) => "`by` is a positive whole number, such as `2` or `items.len()`",
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => {
            "a counter only grows: `by` is a positive whole number; what goes down is a `Gauge`"
        }
        Expr::Group(group) => return check_amount(&group.expr, errors),
        Expr::Paren(paren) => return check_amount(&paren.expr, errors),
        _ => return,
    };
    errors.add(by, message);
}

/// Reports that another `#[business_counter]` of the function counts the same: the same counter with the same labels, at
/// the same ends, without a condition.
fn refuse_same(model: &Model, attributes: &[Attribute], errors: &mut Errors) {
    if model.condition.is_some() {
        return;
    }
    for attribute in attributes.iter().filter(|attribute| is_counter(attribute)) {
        let Meta::List(list) = &attribute.meta else { continue };
        let Some(other) = parse::parse(list.tokens.clone(), &mut Errors::default()) else {
            continue;
        };
        if other.condition.is_none() && key(&other) == key(model) && overlaps(&other, model) {
            errors.add(
                &other.counter.field,
                "this counter is given twice, so each call would be counted twice; remove one, or write `by = 2`",
            );
        }
    }
}

fn is_counter(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|segment| segment.ident == "business_counter")
}

/// The counter and its labels, as text.
fn key(model: &Model) -> [String; 3] {
    let counter = &model.counter;
    [
        counter.metrics.to_token_stream().to_string(),
        counter.field.to_string(),
        model.labels.to_token_stream().to_string(),
    ]
}

/// Whether a call can end so that both count.
fn overlaps(a: &Model, b: &Model) -> bool {
    a.on == b.on || a.on == "Always" || b.on == "Always"
}
