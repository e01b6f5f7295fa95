//! The line of an ordinary event.

use std::fmt::Debug;

use tracing_core::Event;
use tracing_core::field::{Field, Visit};

use super::closing_line;
use crate::declare::FieldValue;
use crate::log::callsite_template::{self, CallsiteTemplate, MESSAGE, Member};
use crate::log::field_visitor::FieldVisitor;
use crate::log::log_line::LogLine;
use crate::observe::current::Context;

/// Writes the members of the line after the timestamp. Returns the name bits of the event's fields.
pub(super) fn write(line: &mut LogLine, event: &Event<'_>, context: &Context<'_>) -> u64 {
    let template = callsite_template::template(event.metadata());
    line.put(|reserved| reserved.bytes(&template.head));
    if template.is_record {
        record(line, event, context);
        return 0;
    }
    let mut members = Members { line, template, context, is_located: false, message: None };
    if !template.is_plain {
        // The first message precedes the other fields. A second one is an ordinary field.
        event.record(&mut FieldVisitor(|field: &Field, value: FieldValue<'_>| {
            if field.name() == MESSAGE && members.message.is_none() {
                members.message = Some(field.index());
                members.line.message(value);
            }
        }));
    }
    event.record(&mut members);
    members.put_location();
    template.names
}

/// Writes the members of a record of the `log` crate, whose fields contain its source location.
#[cold]
fn record(line: &mut LogLine, event: &Event<'_>, context: &Context<'_>) {
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
    if let Some(operation) = context.operation {
        line.text("function", operation.name);
    }
    line.put(|reserved| closing_line::ids(reserved, context));
}

/// Writes the fields, and the line's own members after the message.
struct Members<'a> {
    line: &'a mut LogLine,
    template: &'static CallsiteTemplate,
    context: &'a Context<'a>,
    /// Whether the line's own members are written.
    is_located: bool,
    /// The index of the message, if it was searched for.
    message: Option<usize>,
}

/// Not a [`FieldVisitor`]: here each method knows what kind of value it has.
impl Visit for Members<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, FieldValue::F64(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, FieldValue::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, FieldValue::U64(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, FieldValue::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, FieldValue::Text(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, FieldValue::Debug(value));
    }
}

impl Members<'_> {
    /// Writes the source location and the current observation's ids.
    #[inline]
    fn put_location(&mut self) {
        if !std::mem::replace(&mut self.is_located, true) {
            self.write_place();
        }
    }

    fn write_place(&mut self) {
        self.line.put(|reserved| reserved.bytes(&self.template.location));
        if let Some(operation) = self.context.operation {
            self.line.text("function", operation.name);
        }
        self.line.put(|reserved| closing_line::ids(reserved, self.context));
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "what kind of value it is, each visitor's method knows"
    )]
    fn put(&mut self, field: &Field, value: FieldValue<'_>) {
        let Some(member) = self.template.members.get(field.index()) else { return };
        if !member.is_direct {
            return self.put_guarded(field, member, value);
        }
        self.put_location();
        self.line.member(&member.key, value);
    }

    /// Writes the message, and values that need a check. Not inlined, so that the caller stays
    /// small enough to be inlined for each type of value.
    #[inline(never)]
    fn put_guarded(&mut self, field: &Field, member: &Member, value: FieldValue<'_>) {
        member.guard.pass(value, |value| {
            if !self.template.is_plain {
                return self.put_once(field, value);
            }
            if field.index() == 0 && self.template.has_message {
                self.line.message(value);
                return self.put_location();
            }
            self.put_location();
            self.line.member(&member.key, value);
        });
    }

    /// Writes a field in place of an earlier one of the same name. The message was written before.
    #[cold]
    fn put_once(&mut self, field: &Field, value: FieldValue<'_>) {
        self.put_location();
        if self.message != Some(field.index()) {
            self.line.field(field.name(), value);
        }
    }
}
