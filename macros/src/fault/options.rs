//! The options in `#[fault(..)]`, on the item and on a variant.

use syn::{Attribute, Expr, LitStr};

use super::model::{Blame, Response};
use crate::attributes::{Argument, arguments};
use crate::diagnostics::{Errors, unknown};
use crate::once::Once;
use crate::paths::Runtime;

const ITEM: &[&str] = &["response", "detail", "crate"];
const CASE: &[&str] = &["status", "error_type", "transparent", "blame"];

/// What is written about a variant, or about a struct.
#[derive(Default)]
pub(crate) struct CaseOptions {
    pub(crate) status: Once<Expr>,
    pub(crate) error_type: Once<LitStr>,
    pub(crate) transparent: Once<()>,
    pub(crate) blame: Once<Blame>,
    /// Something could not be read: what is missing may be just that.
    pub(crate) is_unclear: bool,
}

/// What is written about the type.
#[derive(Default)]
pub(crate) struct ItemOptions {
    pub(crate) runtime: Once<Runtime>,
    response: Once<()>,
    detail: Once<()>,
}

impl ItemOptions {
    /// The response to generate; `detail` without it is a fault.
    pub(crate) fn response(&self, errors: &mut Errors) -> Option<Response> {
        if self.response.get().is_some() {
            return Some(Response { detail: self.detail.get().is_some() });
        }
        if let Some(key) = self.detail.key() {
            errors.add(key, "`detail` is part of the response: `#[fault(response, detail)]`");
        }
        None
    }
}

/// Reads the attributes of an enum.
pub(crate) fn of_enum(attributes: &[Attribute], errors: &mut Errors) -> ItemOptions {
    let mut item = ItemOptions::default();
    for argument in arguments(attributes, "fault", errors) {
        let key = argument.key.to_string();
        if ITEM.contains(&key.as_str()) {
            set_item(&mut item, argument, errors);
        } else if CASE.contains(&key.as_str()) {
            errors.add(&argument.key, format_args!("`{key}` goes on each variant of an enum"));
        } else {
            errors.add(&argument.key, unknown("option", &key, ITEM));
        }
    }
    item
}

/// Reads the attributes of a struct, which is its own only case.
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
            own.add(&argument.key, unknown("option", &key, &[CASE, ITEM].concat()));
        }
    }
    case.is_unclear = !own.is_empty();
    errors.append(own);
    (item, case)
}

/// Reads the attributes of a variant.
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
            own.add(&argument.key, unknown("option", &key, CASE));
        }
    }
    case.is_unclear = !own.is_empty();
    errors.append(own);
    case
}

fn set_item(item: &mut ItemOptions, argument: Argument, errors: &mut Errors) {
    if argument.key == "crate" {
        if let Some(path) = argument.runtime(errors) {
            item.runtime.set(argument.key, path, errors);
        }
        return;
    }
    argument.flag(errors);
    let flag = if argument.key == "response" { &mut item.response } else { &mut item.detail };
    flag.set(argument.key, (), errors);
}

fn set_case(case: &mut CaseOptions, argument: Argument, errors: &mut Errors) {
    match argument.key.to_string().as_str() {
        "status" => {
            if let Some(status) = argument.expression("404", errors) {
                case.status.set(argument.key, status, errors);
            }
        }
        "error_type" => {
            if let Some(text) = argument.text(errors) {
                case.error_type.set(argument.key, text, errors);
            }
        }
        "transparent" => {
            argument.flag(errors);
            case.transparent.set(argument.key, (), errors);
        }
        _ => match argument.word() {
            Some(word) if word == "client" => case.blame.set(argument.key, Blame::Client, errors),
            Some(word) if word == "server" => case.blame.set(argument.key, Blame::Server, errors),
            _ => errors.add(argument.place(), "`blame` is `client` or `server`: `blame = client`"),
        },
    }
}
