//! Closing events: the fields that all of them have, and those that operations capture.

use super::attribute_part;
use super::attributes::{distinct, recommended, required};
use super::model::{Declared, Group, Type};
use crate::declare::catalog::Catalog;
use crate::declare::closing::{CLOSING_FIELDS, FieldKind};
use crate::declare::series::{self, label};
use crate::declare::{ClosingField, Operation};
use crate::operate::facts::Facts;

/// The fields that every closing event has. The message is not among them, because it belongs to
/// the log line and is not a field.
const ALWAYS: [&str; 2] = [label::OUTCOME, "duration_ms"];

/// The groups of closing-event fields: one that is the same for every service, and one with the
/// fields that this service's operations capture.
pub(super) fn fields(catalog: &Catalog, facts: &Facts) -> Vec<Group> {
    let fixed = CLOSING_FIELDS.iter().filter(|field| field.name != "message").map(fixed);
    let fixed = Group::declaring(
        "registry.goldsignal.log".to_owned(),
        "Fields of every closing event.".to_owned(),
        fixed.collect(),
    );
    let operations = catalog.operations.iter();
    let mut captured: Vec<_> = operations
        .flat_map(|one| captured(one).map(|name| (one.hidden.contains(&name), name)))
        .collect();
    // A field that one operation marks as sensitive is sensitive everywhere.
    captured.sort_unstable();
    let captured = captured.into_iter().map(|(hidden, name)| of_operations(name, hidden, facts));
    let captured = Group::declaring(
        format!("registry.{}.log", attribute_part(&facts.service)),
        format!("Fields that the operations of {} capture.", facts.service),
        distinct(captured),
    );
    fixed.into_iter().chain(captured).collect()
}

fn fixed(field: &ClosingField) -> Declared {
    let (kind, example) = match field.kind {
        FieldKind::Text if field.name == label::OUTCOME => (Type::one_of(&series::OUTCOMES), None),
        FieldKind::Text => (Type::Plain("string"), Some("_OTHER".to_owned())),
        FieldKind::Integer => (Type::Plain("int"), None),
        FieldKind::Number => (Type::Plain("double"), None),
    };
    Declared::new(of_all(field.name), kind, field.about.to_owned(), example.into_iter().collect())
}

/// The type of a captured field is not declared: it is the type of the captured expression.
fn of_operations(name: &str, hidden: bool, facts: &Facts) -> Declared {
    let brief = format!("The field `{name}` of closing events.");
    let note = hidden
        .then_some("Sensitive: the log contains a hash of the value, or only that there was one.");
    Declared { note, ..Declared::new(of_one(name, facts), Type::Plain("any"), brief, Vec::new()) }
}

/// The fields that an operation captures. A captured field never replaces one of `CLOSING_FIELDS`,
/// so those are left out.
fn captured(operation: &'static Operation) -> impl Iterator<Item = &'static str> {
    let fixed = |name: &&str| CLOSING_FIELDS.iter().any(|field| field.name == *name);
    operation.fields.iter().copied().filter(move |name| !fixed(name))
}

fn of_all(name: &str) -> String {
    format!("goldsignal.log.{name}")
}

fn of_one(name: &str, facts: &Facts) -> String {
    format!("{}.log.{name}", attribute_part(&facts.service))
}

/// The closing event of an operation.
pub(super) fn group(operation: &'static Operation, facts: &Facts) -> Group {
    let ended = CLOSING_FIELDS.iter().map(|field| field.name).filter(|name| *name != "message");
    let attributes = ended.map(|name| {
        let level = if ALWAYS.contains(&name) { required } else { recommended };
        level(of_all(name))
    });
    let captured = captured(operation).map(|name| recommended(of_one(name, facts)));
    let name = attribute_part(operation.name);
    let brief = match operation.help {
        "" => format!("A call of `{}` ended.", operation.name),
        help => help.to_owned(),
    };
    let id = format!("event.{name}");
    Group {
        name: Some(name),
        ..Group::new("event", id, brief, attributes.chain(captured).collect())
    }
}
