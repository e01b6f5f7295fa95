//! Parses the options of `#[fault(..)]` on the type and on variants.

use syn::{Attribute, Expr, LitStr};

use super::model::{Blame, Response};
use crate::attributes::{Argument, arguments, refuse_misplaced};
use crate::diagnostics::Errors;
use crate::habits::unknown_option;
use crate::observed::HAS_AXUM;
use crate::once::Once;
use crate::paths::CratePath;

const ITEM: &[&str] = &["response", "detail", "crate"];
const CASE: &[&str] = &["status", "error_type", "transparent", "blame"];

/// The options of a variant, or of a struct as a single case.
#[derive(Default)]
pub(crate) struct CaseOptions {
    pub(crate) status: Once<Expr>,
    pub(crate) error_type: Once<LitStr>,
    pub(crate) transparent: Once<()>,
    pub(crate) blame: Once<Blame>,
    /// Whether an option could not be parsed. Then a missing option is not reported: it may be that one.
    pub(crate) has_errors: bool,
}

impl CaseOptions {
    /// Whether it states a status, or takes that of the inner error.
    pub(crate) fn has_status(&self) -> bool {
        self.status.get().is_some() || self.transparent.get().is_some()
    }
}

/// The options of the type.
#[derive(Default)]
pub(crate) struct ItemOptions {
    pub(crate) crate_path: Once<CratePath>,
    response: Once<()>,
    detail: Once<()>,
}

impl ItemOptions {
    /// The response to generate. `detail` without `response` is an error.
    pub(crate) fn response(&self, errors: &mut Errors) -> Option<Response> {
        if let Some(response) = self.response.key() {
            if !HAS_AXUM {
                errors.add(response, "`response` needs the feature `axum` of goldsignal");
                return None;
            }
            let key = self.detail.key().unwrap_or(response);
            return Some(Response { detail: self.detail.get().is_some(), span: key.span() });
        }
        if let Some(key) = self.detail.key() {
            errors.add(key, "`detail` is part of the response: `#[fault(response, detail)]`");
        }
        None
    }
}

/// Parses the attributes of an enum.
pub(crate) fn of_enum(attributes: &[Attribute], errors: &mut Errors) -> ItemOptions {
    let mut item = ItemOptions::default();
    for argument in arguments(attributes, "fault", errors) {
        let key = argument.key.to_string();
        if ITEM.contains(&key.as_str()) {
            set_item(&mut item, argument, errors);
        } else if CASE.contains(&key.as_str()) {
            errors.add(
                &argument.key,
                format_args!("`{key}` goes on each variant of an enum, not on the enum"),
            );
        } else {
            errors.add_unknown(&argument.key, unknown_option("fault", &key, ITEM));
        }
    }
    item
}

/// Parses the attributes of a struct, which has the options of the type and of a case.
pub(crate) fn of_struct(
    attributes: &[Attribute],
    errors: &mut Errors,
) -> (ItemOptions, CaseOptions) {
    let (mut item, mut case) = (ItemOptions::default(), CaseOptions::default());
    let mut own = Errors::default();
    for argument in arguments(attributes, "fault", &mut own) {
        let key = argument.key.to_string();
        if ITEM.contains(&key.as_str()) {
            set_item(&mut item, argument, &mut own);
        } else if CASE.contains(&key.as_str()) {
            set_case(&mut case, argument, &mut own);
        } else {
            own.add_unknown(&argument.key, unknown_option("fault", &key, &[CASE, ITEM].concat()));
        }
    }
    case.has_errors = !own.is_empty();
    errors.append(own);
    (item, case)
}

/// Parses the attributes of a variant.
pub(crate) fn of_variant(attributes: &[Attribute], errors: &mut Errors) -> CaseOptions {
    let mut case = CaseOptions::default();
    let mut own = Errors::default();
    for argument in arguments(attributes, "fault", &mut own) {
        let key = argument.key.to_string();
        if CASE.contains(&key.as_str()) {
            set_case(&mut case, argument, &mut own);
        } else if ITEM.contains(&key.as_str()) {
            own.add(&argument.key, format_args!("`{key}` goes on the enum, not on a variant"));
        } else {
            own.add_unknown(&argument.key, unknown_option("fault", &key, CASE));
        }
    }
    if !case.has_status() {
        // It may be another derive's, where the variant has a status.
        let message = "a status is an option of `#[fault(…)]`: write `#[fault(status = 404)]`";
        refuse_misplaced(attributes, "status", message, &mut own);
    }
    case.has_errors = !own.is_empty();
    errors.append_first(own);
    case
}

fn set_item(item: &mut ItemOptions, argument: Argument, errors: &mut Errors) {
    if argument.key == "crate" {
        if let Some(path) = argument.crate_path(errors) {
            item.crate_path.set(argument.key, path, errors);
        }
        return;
    }
    if !argument.is_flag(errors) {
        return;
    }
    let flag = if argument.key == "response" { &mut item.response } else { &mut item.detail };
    flag.set(argument.key, (), errors);
}

fn set_case(case: &mut CaseOptions, argument: Argument, errors: &mut Errors) {
    match argument.key.to_string().as_str() {
        "status" => {
            if let Some(status) = argument.expression(errors) {
                case.status.set(argument.key, status, errors);
            }
        }
        "error_type" => {
            if let Some(text) = argument.string(errors) {
                case.error_type.set(argument.key, text, errors);
            }
        }
        "transparent" => {
            if argument.is_flag(errors) {
                case.transparent.set(argument.key, (), errors);
            }
        }
        _ => match argument.word() {
            Some(word) if word == "client" => case.blame.set(argument.key, Blame::Client, errors),
            Some(word) if word == "server" => case.blame.set(argument.key, Blame::Server, errors),
            _ => argument.refuse(errors),
        },
    }
}
