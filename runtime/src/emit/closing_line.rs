//! Writes the line of a closing event directly from the observation, without visitors.

use super::closing::EventValues;
use super::prefix::prefix;
use crate::log::buffer::Reserved;
use crate::log::log_line::{self, LogLine};
use crate::log::number;
use crate::observe::context::TraceContext;
use crate::observe::current::Context;
use crate::observe::ended::{Ended, EventSource};
use crate::observe::hex::{hex, hex_of_128};
use crate::observe::verdict::causes::ERROR;

/// Writes the members of the line that follow the timestamp.
#[inline]
pub(super) fn write(
    line: &mut LogLine,
    ended: &Ended,
    source: &EventSource,
    context: &Context<'_>,
) {
    let head = prefix(line, ended, source);
    // Otherwise the prefix contains it.
    let function = context.operation.filter(|_| source.operation.is_none());
    let values = EventValues::of(ended);
    line.put(|reserved| {
        let mut reserved = reserved.bytes(head)?;
        if let Some(operation) = function {
            reserved = log_line::text(reserved, "function", operation.name)?;
        }
        own_fields(ids(reserved, context)?, &values)
    });
    let start = line.len();
    let is_whole =
        !source.site.has_twins && line.put_and(|reserved| in_order(reserved, ended, source));
    if !is_whole || line.is_over() {
        line.truncate(start);
        all(line, ended);
    }
}

/// Writes the ids that correlate the line with others.
#[inline]
pub(super) fn ids<'a>(mut reserved: Reserved<'a>, context: &Context<'_>) -> Option<Reserved<'a>> {
    if let Some(id) = context.request_id {
        // These are letters that need no escape.
        reserved = reserved.bytes(b",\"request_id\":\"")?.bytes(id.as_bytes())?.bytes(b"\"")?;
    }
    match context.trace {
        Some(trace) => place_in_trace(reserved, trace),
        None => Some(reserved),
    }
}

const TRACE_IDS: [u8; 75] =
    *b",\"trace_id\":\"00000000000000000000000000000000\",\"span_id\":\"0000000000000000\"";

#[inline]
fn place_in_trace(reserved: Reserved<'_>, trace: TraceContext) -> Option<Reserved<'_>> {
    reserved.fill(TRACE_IDS.len(), |block| {
        *block = TRACE_IDS;
        block[13..45].copy_from_slice(&hex_of_128(trace.trace_id));
        block[58..74].copy_from_slice(&hex(trace.span_id));
    })
}

#[inline]
fn own_fields<'a>(reserved: Reserved<'a>, values: &EventValues) -> Option<Reserved<'a>> {
    let mut reserved = milliseconds(reserved, b",\"duration_ms\":", values.duration)?;
    if let Some(error_type) = values.error_type {
        reserved = log_line::text(reserved, "error_type", error_type)?;
    }
    if let Some(head) = values.head {
        reserved = milliseconds(reserved, b",\"head_ms\":", head)?;
    }
    if let Some(received) = values.received {
        reserved = log_line::number(reserved, "request_bytes", received)?;
    }
    if let Some(sent) = values.sent {
        reserved = log_line::number(reserved, "response_bytes", sent)?;
    }
    Some(reserved)
}

#[inline]
fn milliseconds<'a>(
    reserved: Reserved<'a>,
    name: &[u8],
    microseconds: u64,
) -> Option<Reserved<'a>> {
    number::push_thousandths(reserved.bytes(name)?, false, microseconds)
}

/// Writes captured fields in their declared order, which is the usual one, and returns whether all
/// of them were written. These fields are distinct and have no names of the line's own.
#[inline]
fn in_order<'a>(
    mut reserved: Reserved<'a>,
    ended: &Ended,
    source: &EventSource,
) -> Option<(Reserved<'a>, bool)> {
    let mut next = 0;
    let fields = ended.fields.fields();
    for (name, stored) in fields.stored() {
        let Some((index, key)) = source.site.field_index(next, name) else {
            return Some((reserved, false));
        };
        reserved = log_line::plain(key.push(reserved)?, fields.value(stored))?;
        next = index + 1;
    }
    Some((reserved, true))
}

/// Writes captured fields of any name and length. The error comes first, because the line may
/// become full.
#[cold]
fn all(line: &mut LogLine, ended: &Ended) {
    let fields = ended.fields.fields();
    let errors = fields.iter().filter(|(name, _)| *name == ERROR);
    for (name, value) in errors.chain(fields.iter().filter(|(name, _)| *name != ERROR)) {
        line.closing_field(name, value);
    }
    line.drop_fields(fields.dropped());
}
