//! The line of a closing event, written straight from the observation: nothing is visited or formatted twice.

use super::callsite::FIXED;
use super::closing::{About, Closing, Told};
use super::line::Line;
use super::number;
use crate::observe::context::TraceContext;
use crate::observe::current::Context;
use crate::observe::hex::{hex, hex_of_128};

/// Writes the members of the line that follow the timestamp.
#[inline]
pub(super) fn write(line: &mut Line, closing: &Closing, about: &About, context: &Context<'_>) {
    about.site.heads.push(line, closing, about);
    if let (None, Some(operation)) = (about.operation, context.operation) {
        line.text("function", operation.name);
    }
    ids(line, context);
    told(line, &Told::of(closing));
    captured(line, closing, about);
}

/// Writes the ids that tie the line to others.
#[inline]
pub(super) fn ids(line: &mut Line, context: &Context<'_>) {
    if let Some(id) = context.request_id {
        // Of letters that need no escape.
        let out = line.raw();
        out.extend_from_slice(b",\"request_id\":\"");
        out.extend_from_slice(id.as_bytes());
        out.push(b'"');
    }
    if let Some(trace) = context.trace {
        place_in_trace(line.raw(), trace);
    }
}

const PLACE_IN_TRACE: [u8; 75] =
    *b",\"trace_id\":\"00000000000000000000000000000000\",\"span_id\":\"0000000000000000\"";

#[inline]
fn place_in_trace(out: &mut Vec<u8>, trace: TraceContext) {
    out.extend_from_slice(&PLACE_IN_TRACE);
    if let Some(place) = out.last_chunk_mut::<{ PLACE_IN_TRACE.len() }>() {
        place[13..45].copy_from_slice(&hex_of_128(trace.trace_id));
        place[58..74].copy_from_slice(&hex(trace.span_id));
    }
}

#[inline]
fn told(line: &mut Line, told: &Told) {
    milliseconds(line, b",\"duration_ms\":", told.duration);
    if let Some(error_type) = told.error_type {
        line.text("error_type", error_type);
    }
    if let Some(head) = told.head {
        milliseconds(line, b",\"head_ms\":", head);
    }
    if let Some(received) = told.received {
        line.number("request_bytes", received);
    }
    if let Some(sent) = told.sent {
        line.number("response_bytes", sent);
    }
}

#[inline]
fn milliseconds<const LEN: usize>(line: &mut Line, name: &[u8; LEN], microseconds: u64) {
    line.raw().extend_from_slice(name);
    number::push_thousandths(line.raw(), false, microseconds);
}

/// Writes captured fields, which come in the order in which they are declared, as a rule: then none is there twice,
/// and none has another's name.
#[inline]
fn captured(line: &mut Line, closing: &Closing, about: &About) {
    let start = line.raw().len();
    let mut next = 0;
    for (name, value) in closing.fields.fields().iter() {
        let Some(place) = about.site.place(next, name) else {
            line.raw().truncate(start);
            return all(line, closing);
        };
        about.site.declared[place].1.push(line.raw());
        line.value(value);
        next = place + 1;
    }
}

/// Writes captured fields, whatever their names.
#[cold]
fn all(line: &mut Line, closing: &Closing) {
    for (name, value) in closing.fields.fields().iter() {
        // What the event itself tells is not replaced.
        if FIXED.contains(&name) {
            line.prefixed_field(name, value);
        } else {
            line.field(name, value);
        }
    }
}
