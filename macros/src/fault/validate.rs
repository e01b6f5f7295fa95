//! Validates classifications.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Expr, ExprLit, ExprUnary, Fields, Index, Lit, LitStr, Member, UnOp};

use super::model::{Case, Classification, Status};
use super::options::CaseOptions;
use super::parse::RawCase;
use crate::attributes::refuse_misplaced;
use crate::diagnostics::{Errors, quoted_list};
use crate::literals;
use crate::names;
use crate::reserved;

pub(crate) fn validate<'a>(cases: Vec<RawCase<'a>>, errors: &mut Errors) -> Vec<Case<'a>> {
    let mut without_status = Vec::new();
    let mut valid = Vec::new();
    for case in cases {
        let ident = case.ident;
        let (has_status, has_errors) = (case.options.has_status(), case.options.has_errors);
        let mut own = Errors::default();
        let case = validate_case(case, &mut own);
        if own.is_empty() && !has_status && !has_errors {
            without_status.push(ident);
        }
        errors.append_first(own);
        valid.extend(case);
    }
    refuse_missing_status(&without_status, errors);
    valid
}

/// Reports variants without a status. They are one error, at the first.
fn refuse_missing_status(variants: &[&Ident], errors: &mut Errors) {
    let Some(first) = variants.first() else { return };
    let names: Vec<String> = variants.iter().map(ToString::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let which = match names.as_slice() {
        [name] => format!("`{name}` has no status; add `#[fault(status = 404)]`"),
        all => format!("{} have no status; add `#[fault(status = 404)]` to each", quoted_list(all)),
    };
    let inner = "or `#[fault(transparent)]` to use that of the inner error";
    errors.add(first, format_args!("{which}, {inner}"));
}

fn validate_case<'a>(raw: RawCase<'a>, errors: &mut Errors) -> Option<Case<'a>> {
    let RawCase { ident, path, fields, options } = raw;
    for field in fields {
        let message = "`#[fault(…)]` goes on the variant or the struct, not on its field";
        refuse_misplaced(&field.attrs, "fault", message, errors);
    }
    if let Some(key) = options.transparent.key() {
        refuse_beside_transparent(&options, errors);
        let mut all = fields.iter();
        let (Some(field), None) = (all.next(), all.next()) else {
            errors.add(
                key,
                "`transparent` takes the classification of the only field, but there is not exactly one \
                 field; use `status` instead",
            );
            return None;
        };
        let member = field.ident.clone().map_or(Member::Unnamed(Index::from(0)), Member::Named);
        return Some(Case {
            path,
            classification: Classification::Transparent { member, ty: &field.ty },
        });
    }
    let error_type = match options.error_type.get() {
        Some(text) => error_type(text, errors),
        None => names::snake_case(ident),
    };
    let expression = options.status.get()?;
    let status = status(expression, fields, errors)?;
    let blame = options.blame.get().copied();
    Some(Case { path, classification: Classification::Explicit { error_type, status, blame } })
}

fn refuse_beside_transparent(options: &CaseOptions, errors: &mut Errors) {
    let keys = [options.status.key(), options.error_type.key(), options.blame.key()];
    for key in keys.into_iter().flatten() {
        let message =
            format!("`transparent` takes the `{key}` of the inner error; remove one of the two");
        errors.add(key, message);
    }
}

fn status<'a>(expression: &Expr, fields: &'a Fields, errors: &mut Errors) -> Option<Status<'a>> {
    match expression {
        Expr::Lit(ExprLit { lit: lit @ Lit::Int(number), .. }) => {
            literals::check_number(lit, "u16", errors);
            if let Ok(status @ 400..=599) = number.base10_parse() {
                return Some(Status::Literal(status));
            }
            errors.add(
                number,
                format_args!(
                    "the status {number} is not an error; use 400 to 499 for faults of the client, or 500 \
                     to 599 for faults of the service"
                ),
            );
            None
        }
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) if matches!(**expr, Expr::Lit(_)) => {
            errors.add(expression, "a status is a number from 400 to 599: `status = 404`");
            None
        }
        Expr::Lit(literal) => {
            errors.add(literal, "a status is a number or a `StatusCode`: `status = 404`");
            None
        }
        Expr::Path(path) => {
            let named = path.path.get_ident().and_then(|ident| {
                fields.iter().filter_map(|field| field.ident.as_ref()).find(|field| *field == ident)
            });
            Some(named.map_or_else(|| Status::Constant(expression.clone()), Status::Field))
        }
        other => Some(Status::Computed(other.clone())),
    }
}

/// The error type is a label value.
fn error_type(text: &LitStr, errors: &mut Errors) -> String {
    let value = text.value();
    let error = if value.is_empty() || value.contains(char::is_whitespace) {
        "an `error_type` is a short name from a finite set, such as `not_found`".to_owned()
    } else if value.starts_with(reserved::OTHER) {
        "`_OTHER` is reserved for errors without a name; write a name, such as `not_found`"
            .to_owned()
    } else if value.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("an `error_type` names the error: remove it, and write `status = {value}`")
    } else if value.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let snake = names::in_snake_case(&value);
        format!("an `error_type` is in snake case, as the default ones are: write `{snake}`")
    } else {
        return value;
    };
    errors.add(text.to_token_stream(), error);
    value
}
