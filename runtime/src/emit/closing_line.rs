//! The line of a closing event, written straight from the observation: nothing is visited or formatted twice.

use super::closing::Told;
use super::prefix::prefix;
use crate::log::buffer::Room;
use crate::log::line::{self, Line};
use crate::log::number;
use crate::observe::context::TraceContext;
use crate::observe::current::Context;
use crate::observe::ended::{Ended, EventSource};
use crate::observe::hex::{hex, hex_of_128};
use crate::observe::verdict::causes::ERROR;

/// Writes the members of the line that follow the timestamp.
#[inline]
pub(super) fn write(line: &mut Line, ended: &Ended, source: &EventSource, context: &Context<'_>) {
    let head = prefix(line, ended, source);
    // Else the head names it.
    let function = context.operation.filter(|_| source.operation.is_none());
    let told = Told::of(ended);
    line.put(|room| {
        let mut room = room.bytes(head)?;
        if let Some(operation) = function {
            room = line::text(room, "function", operation.name)?;
        }
        self::told(ids(room, context)?, &told)
    });
    let start = line.len();
    let is_whole = !source.site.has_twins && line.put_and(|room| in_order(room, ended, source));
    if !is_whole || line.is_over() {
        line.truncate(start);
        all(line, ended);
    }
}

/// Writes the ids that tie the line to others.
#[inline]
pub(super) fn ids<'a>(mut room: Room<'a>, context: &Context<'_>) -> Option<Room<'a>> {
    if let Some(id) = context.request_id {
        // Of letters that need no escape.
        room = room.bytes(b",\"request_id\":\"")?.bytes(id.as_bytes())?.bytes(b"\"")?;
    }
    match context.trace {
        Some(trace) => place_in_trace(room, trace),
        None => Some(room),
    }
}

const PLACE_IN_TRACE: [u8; 75] =
    *b",\"trace_id\":\"00000000000000000000000000000000\",\"span_id\":\"0000000000000000\"";

#[inline]
fn place_in_trace(room: Room<'_>, trace: TraceContext) -> Option<Room<'_>> {
    room.fill(PLACE_IN_TRACE.len(), |place| {
        *place = PLACE_IN_TRACE;
        place[13..45].copy_from_slice(&hex_of_128(trace.trace_id));
        place[58..74].copy_from_slice(&hex(trace.span_id));
    })
}

#[inline]
fn told<'a>(room: Room<'a>, told: &Told) -> Option<Room<'a>> {
    let mut room = milliseconds(room, b",\"duration_ms\":", told.duration)?;
    if let Some(error_type) = told.error_type {
        room = line::text(room, "error_type", error_type)?;
    }
    if let Some(head) = told.head {
        room = milliseconds(room, b",\"head_ms\":", head)?;
    }
    if let Some(received) = told.received {
        room = line::number(room, "request_bytes", received)?;
    }
    if let Some(sent) = told.sent {
        room = line::number(room, "response_bytes", sent)?;
    }
    Some(room)
}

#[inline]
fn milliseconds<'a>(room: Room<'a>, name: &[u8], microseconds: u64) -> Option<Room<'a>> {
    number::push_thousandths(room.bytes(name)?, false, microseconds)
}

/// Writes captured fields, and tells whether they all are there: those that come in the order in which they are
/// declared, as they do as a rule. Of these none is there twice, and none has another's name.
#[inline]
fn in_order<'a>(
    mut room: Room<'a>,
    ended: &Ended,
    source: &EventSource,
) -> Option<(Room<'a>, bool)> {
    let mut next = 0;
    let fields = ended.fields.fields();
    for (name, stored) in fields.stored() {
        let Some((place, key)) = source.site.place(next, name) else { return Some((room, false)) };
        room = line::plain(key.push(room)?, fields.value(stored))?;
        next = place + 1;
    }
    Some((room, true))
}

/// Writes captured fields, whatever their names and however long they are. What went wrong comes first: there may be no
/// room for all.
#[cold]
fn all(line: &mut Line, ended: &Ended) {
    let fields = ended.fields.fields();
    let errors = fields.iter().filter(|(name, _)| *name == ERROR);
    for (name, value) in errors.chain(fields.iter().filter(|(name, _)| *name != ERROR)) {
        line.closing_field(name, value);
    }
    line.drop_fields(fields.dropped());
}
