//! The captured events of a scope.

use std::collections::BTreeMap;
use std::fmt;

use tracing_core::Level;
use tracing_core::field::{Field, Visit};

use crate::declare::FieldValue;
use crate::emit::dispatched::dispatched;
use crate::log::callsite::FIXED;
use crate::log::names;
use crate::observe::current;

/// An event that was emitted in a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The level.
    pub level: Level,
    /// The target.
    pub target: String,
    /// The message.
    pub message: String,
    /// The fields, as text.
    pub fields: BTreeMap<String, String>,
    /// The id of the request in which it was emitted.
    pub request_id: Option<String>,
}

impl Event {
    /// The text of the field `name`, if the event has it.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

/// Captures the values of an event, and the id of the current request.
pub(super) fn capture(event: &tracing_core::Event<'_>) -> Event {
    let metadata = event.metadata();
    let mut fields = FieldTexts(BTreeMap::new());
    event.record(&mut fields);
    dispatched(metadata, |closing, _| {
        for (name, value) in closing.fields.fields().iter() {
            // As in the log, a captured field does not replace one of the event's own.
            let name = match names::written_in_closing(name) {
                (prefix, name) if FIXED.contains(&name) => format!("{prefix}{name}"),
                (_, name) => name.to_owned(),
            };
            fields.0.entry(name).or_insert_with(|| text(value));
        }
    });
    Event {
        level: *metadata.level(),
        target: metadata.target().to_owned(),
        message: fields.0.remove("message").unwrap_or_default(),
        fields: fields.0,
        request_id: current::context(|context| context.request_id.map(ToString::to_string)),
    }
}

fn text(value: FieldValue<'_>) -> String {
    match value {
        FieldValue::Text(value) => value.to_owned(),
        FieldValue::F64(value) => value.to_string(),
        value => format!("{value:?}"),
    }
}

struct FieldTexts(BTreeMap<String, String>);

impl Visit for FieldTexts {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}
