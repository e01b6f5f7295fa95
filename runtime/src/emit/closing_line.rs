//! Writes the line of a closing event directly from the observation, without visitors.

use super::closing::EventValues;
use super::prefix;
use crate::log::buffer::Reserved;
use crate::log::log_line::LogLine;
use crate::log::{number, stamp, truncate, value};
use crate::observe::context::TraceContext;
use crate::observe::current::Context;
use crate::observe::ended::{Ended, EventSource};
use crate::observe::hex::{hex, hex_of_128};
use crate::observe::request_id::RequestId;
use crate::observe::stored_fields::RawValue;
use crate::observe::verdict::causes::ERROR;

/// Writes a whole line, and returns whether it stays: captured fields may need the care of
/// [`write`]. `prefix` is the cached one.
#[inline]
pub(super) fn whole<'a>(
    reserved: Reserved<'a>,
    prefix: &[u8],
    ended: &Ended,
    source: &EventSource,
    context: &Context<'_>,
) -> Option<(Reserved<'a>, bool)> {
    let capacity = reserved.len();
    let reserved = stamp::begin(reserved, ended.at)?.bytes(prefix)?;
    let (reserved, are_written) = rest(reserved, ended, source, context, true)?;
    let reserved = reserved.bytes(b"}\n")?;
    let len = capacity - reserved.len();
    Some((reserved, are_written && len <= truncate::LINE))
}

/// Writes the members of the line that follow the timestamp.
pub(super) fn write(
    line: &mut LogLine,
    ended: &Ended,
    source: &EventSource,
    context: &Context<'_>,
) {
    match prefix::cached(ended, source) {
        Some(prefix) => line.put(|reserved| reserved.bytes(prefix)),
        None => prefix::write_and_cache(line, ended, source),
    }
    // Otherwise the prefix contains it.
    if let Some(operation) = context.operation.filter(|_| source.operation.is_none()) {
        line.text("function", operation.name);
    }
    let start = line.len();
    let are_written = line.put_and(|reserved| rest(reserved, ended, source, context, true));
    if !are_written || line.is_over() {
        line.truncate(start);
        line.put_and(|reserved| rest(reserved, ended, source, context, false));
        all(line, ended);
    }
}

/// Writes what follows the prefix: the ids, the event's own fields, and the captured ones if that is
/// wanted. Returns whether all of these were written: see [`in_order`].
///
/// Not inlined, because it is large and has several callers.
#[inline(never)]
fn rest<'a>(
    reserved: Reserved<'a>,
    ended: &Ended,
    source: &EventSource,
    context: &Context<'_>,
    with_captured: bool,
) -> Option<(Reserved<'a>, bool)> {
    let reserved = own_fields(ids(reserved, context)?, &EventValues::of(ended))?;
    if with_captured { in_order(reserved, ended, source) } else { Some((reserved, true)) }
}

/// Writes the ids that correlate the line with others.
#[inline]
pub(super) fn ids<'a>(mut reserved: Reserved<'a>, context: &Context<'_>) -> Option<Reserved<'a>> {
    if let Some(id) = context.request_id {
        reserved = request_id(reserved, id)?;
    }
    match context.trace {
        Some(trace) => place_in_trace(reserved, trace),
        None => Some(reserved),
    }
}

const REQUEST_ID: [u8; 48] = *b",\"request_id\":\"00000000000000000000000000000000\"";

/// An id consists of letters that need no escape.
#[inline]
fn request_id<'a>(reserved: Reserved<'a>, id: &RequestId) -> Option<Reserved<'a>> {
    match <&[u8; 32]>::try_from(id.as_bytes()) {
        // Generated ids have this length. A copy of constant size is not a call.
        Ok(id) => reserved.fill(REQUEST_ID.len(), |block| {
            *block = REQUEST_ID;
            block[15..47].copy_from_slice(id);
        }),
        Err(_) => reserved.bytes(&REQUEST_ID[..15])?.bytes(id.as_bytes())?.bytes(b"\""),
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
        reserved = value::text(reserved, "error_type", error_type)?;
    }
    if let Some(head) = values.head {
        reserved = milliseconds(reserved, b",\"head_ms\":", head)?;
    }
    if let Some(received) = values.received {
        reserved = value::number(reserved, "request_bytes", received)?;
    }
    if let Some(sent) = values.sent {
        reserved = value::number(reserved, "response_bytes", sent)?;
    }
    if let Some(polls) = values.polls {
        reserved = slow_polls(reserved, polls)?;
    }
    Some(reserved)
}

#[cold]
#[inline(never)]
fn slow_polls(reserved: Reserved<'_>, (busy, longest): (u64, u64)) -> Option<Reserved<'_>> {
    let reserved = milliseconds(reserved, b",\"busy_ms\":", busy)?;
    milliseconds(reserved, b",\"longest_poll_ms\":", longest)
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
/// of them were written. Not if two declared fields have one name: then one replaces the other.
#[inline]
fn in_order<'a>(
    mut reserved: Reserved<'a>,
    ended: &Ended,
    source: &EventSource,
) -> Option<(Reserved<'a>, bool)> {
    if source.site.has_twins {
        return Some((reserved, false));
    }
    let fields = ended.fields.fields();
    let mut keys = source.site.keys();
    if !fields.constants().is_empty() {
        let Some(constants) = source.site.constants(fields.constants()) else {
            return Some((reserved, false));
        };
        reserved = reserved.bytes(&constants.text)?;
        keys = constants.keys();
    }
    for (name, stored) in fields.stored() {
        let Some(key) = keys.next(name) else { return Some((reserved, false)) };
        reserved = match fields.raw(stored) {
            RawValue::Bool(value) => value::bool_member(reserved, key, value)?,
            RawValue::I64(value) => value::i64_member(reserved, key, value)?,
            RawValue::U64(value) => value::u64_member(reserved, key, value)?,
            RawValue::F64(value) => value::f64_member(reserved, key, value)?,
            RawValue::Text(text) => {
                value::text_member(reserved, key, text, || fields.value(stored))?
            }
        };
    }
    Some((reserved, true))
}

/// Writes captured fields of any name and length. The error comes first, because the line may
/// become full.
#[cold]
fn all(line: &mut LogLine, ended: &Ended) {
    let fields = ended.fields.fields();
    let is_error = |name: &str| name.strip_prefix("r#").unwrap_or(name) == ERROR;
    let errors = fields.iter().filter(|(name, _)| is_error(name));
    for (name, value) in errors.chain(fields.iter().filter(|(name, _)| !is_error(name))) {
        line.closing_field(name, value);
    }
    line.drop_fields(fields.dropped());
}
