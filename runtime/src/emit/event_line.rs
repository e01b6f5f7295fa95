//! The line of an ordinary event.

use std::fmt::Debug;

use tracing_core::Event;
use tracing_core::field::{Field, Visit};

use super::closing_line;
use crate::declare::FieldValue;
use crate::log::callsite_template::{CallsiteTemplate, MESSAGE, Member};
use crate::log::field_visitor::FieldVisitor;
use crate::log::log_line::LogLine;
use crate::observe::current::Context;
use crate::observe::story::buffer::RawValues;

/// Where an event has what is between its message and its fields. Two numbers, so that they are
/// returned in registers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Split {
    pub(super) message_end: usize,
    pub(super) fields_start: usize,
}

/// Writes the members of the line after the timestamp.
pub(super) fn write(
    line: &mut LogLine,
    event: &Event<'_>,
    template: &CallsiteTemplate,
    context: &Context<'_>,
) -> Split {
    line.put(|reserved| reserved.bytes(&template.head));
    parts(line, event, template, |line| location(line, template, context))
}

/// Writes the source location and the ids of an observation.
pub(super) fn location(line: &mut LogLine, template: &CallsiteTemplate, context: &Context<'_>) {
    line.put(|reserved| reserved.bytes(&template.location));
    if let Some(operation) = context.operation {
        line.text("function", operation.name);
    }
    line.put(|reserved| closing_line::ids(reserved, context));
}

/// Writes the message and the fields; `between` writes what is between them.
pub(super) fn parts(
    line: &mut LogLine,
    event: &Event<'_>,
    template: &CallsiteTemplate,
    between: impl Fn(&mut LogLine),
) -> Split {
    if template.is_record {
        record(line, event);
        let message_end = line.len();
        between(line);
        return Split { message_end, fields_start: line.len() };
    }
    let mut members = Members { line, template, between, split: None, message: None };
    if !template.is_plain {
        // The first message precedes the other fields. A second one is an ordinary field.
        event.record(&mut FieldVisitor(|field: &Field, value: FieldValue<'_>| {
            members.message_first(field.index(), value);
        }));
    }
    event.record(&mut members);
    members.end()
}

/// Like [`parts`], for values that a story has.
pub(super) fn parts_of(
    line: &mut LogLine,
    values: RawValues<'_>,
    template: &CallsiteTemplate,
) -> Split {
    line.begin_fields();
    let between = |_: &mut LogLine| {};
    let mut members = Members { line, template, between, split: None, message: None };
    if !template.is_plain {
        values.iter().for_each(|(field, value)| members.message_first(field, value));
    }
    for (field, value) in values.iter() {
        members.put(field, value);
    }
    members.line.end_fields();
    members.end()
}

/// Writes the members of a record of the `log` crate, whose fields contain its source location.
#[cold]
fn record(line: &mut LogLine, event: &Event<'_>) {
    event.record(&mut FieldVisitor(|field: &Field, value: FieldValue<'_>| {
        let name: &[u8] = match field.name() {
            MESSAGE => return line.message(value),
            "log.target" => b",\"target\":",
            "log.module_path" => b",\"module\":",
            "log.line" => b",\"line\":",
            _ => return,
        };
        line.put(|reserved| reserved.bytes(name));
        line.value(value);
    }));
}

/// Writes the message and the fields.
struct Members<'a, B: Fn(&mut LogLine)> {
    line: &'a mut LogLine,
    template: &'a CallsiteTemplate,
    between: B,
    /// Set once what is between the message and the fields is written.
    split: Option<Split>,
    /// The index of the message, if it was searched for.
    message: Option<usize>,
}

/// Not a [`FieldVisitor`]: here each method knows what kind of value it has.
impl<B: Fn(&mut LogLine)> Visit for Members<'_, B> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field.index(), FieldValue::F64(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.index(), FieldValue::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.index(), FieldValue::U64(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.index(), FieldValue::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.index(), FieldValue::Text(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field.index(), FieldValue::Debug(value));
    }
}

impl<B: Fn(&mut LogLine)> Members<'_, B> {
    /// Writes what is between the message and the fields.
    #[inline]
    fn put_location(&mut self) {
        if self.split.is_none() {
            let message_end = self.line.len();
            (self.between)(self.line);
            self.split = Some(Split { message_end, fields_start: self.line.len() });
        }
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "what kind of value it is, each visitor's method knows"
    )]
    fn put(&mut self, field: usize, value: FieldValue<'_>) {
        let Some(member) = self.template.members.get(field) else { return };
        if !member.is_direct {
            return self.put_guarded(field, member, value);
        }
        self.put_location();
        self.line.member(&member.key, value);
    }

    /// Writes the message, and values that need a check. Not inlined, so that the caller stays
    /// small enough to be inlined for each type of value.
    #[inline(never)]
    fn put_guarded(&mut self, field: usize, member: &Member, value: FieldValue<'_>) {
        member.guard.pass(value, |value| {
            if !self.template.is_plain {
                return self.put_once(field, member.name, value);
            }
            if field == 0 && self.template.has_message {
                self.line.message(value);
                return self.put_location();
            }
            self.put_location();
            self.line.member(&member.key, value);
        });
    }

    /// Writes a field in place of an earlier one of the same name. The message was written before.
    #[cold]
    fn put_once(&mut self, field: usize, name: &str, value: FieldValue<'_>) {
        self.put_location();
        if self.message != Some(field) {
            self.line.field(name, value);
        }
    }

    /// Writes the message if this is the first field of that name.
    fn message_first(&mut self, field: usize, value: FieldValue<'_>) {
        let is_message = |member: &Member| member.name == MESSAGE;
        if self.message.is_none() && self.template.members.get(field).is_some_and(is_message) {
            self.message = Some(field);
            self.line.message(value);
        }
    }

    fn end(mut self) -> Split {
        self.put_location();
        self.split.unwrap_or_default()
    }
}
