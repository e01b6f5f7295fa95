//! The line of an ordinary event.

use tracing_core::Event;
use tracing_core::field::Field;

use super::closing_line;
use crate::declare::FieldValue;
use crate::log::line::Line;
use crate::log::shape::{self, MESSAGE, Member, Shape};
use crate::log::visit::Each;
use crate::observe::current::Context;

/// Writes the members of the line that follow the timestamp. Gives the bits of the names of the event's fields.
pub(super) fn write(line: &mut Line, event: &Event<'_>, context: &Context<'_>) -> u64 {
    let shape = shape::shape(event.metadata());
    line.put(|room| room.bytes(&shape.head));
    if shape.is_record {
        record(line, event, context);
        return 0;
    }
    let mut members = Members { line, shape, context, is_placed: false, message: None };
    if !shape.is_plain {
        // It stands before the other fields. A second one is a field like others.
        event.record(&mut Each(|field: &Field, value: FieldValue<'_>| {
            if field.name() == MESSAGE && members.message.is_none() {
                members.message = Some(field.index());
                members.line.message(value);
            }
        }));
    }
    event.record(&mut Each(|field: &Field, value: FieldValue<'_>| members.put(field, value)));
    members.place();
    shape.names
}

/// Writes the members of a record of the `log` crate: where it comes from is in its fields.
#[cold]
fn record(line: &mut Line, event: &Event<'_>, context: &Context<'_>) {
    event.record(&mut Each(|field: &Field, value: FieldValue<'_>| {
        let name: &[u8] = match field.name() {
            MESSAGE => return line.message(value),
            "log.target" => b",\"target\":",
            "log.module_path" => b",\"module\":",
            "log.line" => b",\"line\":",
            _ => return,
        };
        line.put(|room| room.bytes(name));
        line.value(value);
    }));
    if let Some(operation) = context.operation {
        line.text("function", operation.name);
    }
    line.put(|room| closing_line::ids(room, context));
}

/// Writes the fields, and the line's own members after the message.
struct Members<'a> {
    line: &'a mut Line,
    shape: &'static Shape,
    context: &'a Context<'a>,
    /// The line's own members are written.
    is_placed: bool,
    /// Which field is the message, where that was searched for.
    message: Option<usize>,
}

impl Members<'_> {
    /// Writes where the event comes from and what it belongs to.
    #[inline]
    fn place(&mut self) {
        if !std::mem::replace(&mut self.is_placed, true) {
            self.write_place();
        }
    }

    fn write_place(&mut self) {
        self.line.put(|room| room.bytes(&self.shape.place));
        if let Some(operation) = self.context.operation {
            self.line.text("function", operation.name);
        }
        self.line.put(|room| closing_line::ids(room, self.context));
    }

    #[inline]
    fn put(&mut self, field: &Field, value: FieldValue<'_>) {
        let Some(member) = self.shape.members.get(field.index()) else { return };
        if !member.is_direct {
            return self.put_guarded(field, member, value);
        }
        self.place();
        self.line.member(&member.key, value);
    }

    /// Writes the message, and whatever not every value may be written of, or not at once. Out of line, so that what is written
    /// of other fields is inlined where the kind of their value is known.
    #[inline(never)]
    fn put_guarded(&mut self, field: &Field, member: &Member, value: FieldValue<'_>) {
        member.guard.pass(value, |value| {
            if !self.shape.is_plain {
                return self.put_once(field, value);
            }
            if field.index() == 0 && self.shape.has_message {
                self.line.message(value);
                return self.place();
            }
            self.place();
            self.line.member(&member.key, value);
        });
    }

    /// Writes a field in place of an earlier one of its name. The message has been written before.
    #[cold]
    fn put_once(&mut self, field: &Field, value: FieldValue<'_>) {
        self.place();
        if self.message != Some(field.index()) {
            self.line.field(field.name(), value);
        }
    }
}
