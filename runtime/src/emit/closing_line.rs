//! The line of a closing event, written straight from the observation: nothing is visited or formatted twice.

use super::callsite::FIXED;
use super::closing::{About, Closing, Told};
use super::line::Line;
use super::{escape, number, stamp};
use crate::observe::current::Context;

/// Writes the members of the line.
pub(super) fn write(line: &mut Line, closing: &Closing, about: &About, context: &Context<'_>) {
    let constant = &about.site.constant;
    let out = line.raw();
    out.extend_from_slice(b"\"timestamp\":\"");
    stamp::push(out, closing.ended);
    out.extend_from_slice(&constant.head);
    for part in about.message.0 {
        escape::push(out, part);
    }
    out.extend_from_slice(&constant.place);
    if let (None, Some(operation)) = (about.operation, context.operation) {
        line.text("function", operation.name);
    }
    ids(line, context);
    told(line, closing, about);
    for (name, value) in closing.fields.fields().iter() {
        // What the event itself tells is not replaced.
        if is_fixed(name) {
            line.prefixed_field(name, value);
        } else {
            line.field(name, value);
        }
    }
}

/// Writes the ids that tie the line to others.
pub(super) fn ids(line: &mut Line, context: &Context<'_>) {
    if let Some(id) = context.request_id {
        line.text("request_id", id.as_str());
    }
    if let Some(trace) = context.trace {
        line.hex("trace_id", trace.trace_id.to_be_bytes());
        line.hex("span_id", trace.span_id.to_be_bytes());
    }
}

fn told(line: &mut Line, closing: &Closing, about: &About) {
    let told = Told::of(closing, about);
    line.text("outcome", told.outcome);
    milliseconds(line, ",\"duration_ms\":", told.duration);
    if let Some(error_type) = told.error_type {
        line.text("error_type", error_type);
    }
    if let Some((method, endpoint)) = about.request {
        line.text("method", method);
        line.text("endpoint", endpoint.path);
    }
    if let Some(status) = told.status {
        line.number("status", status);
    }
    line.raw().extend_from_slice(&about.site.constant.operation);
    if let Some(head) = told.head {
        milliseconds(line, ",\"head_ms\":", head);
    }
    if let Some(received) = told.received {
        line.number("request_bytes", received);
    }
    if let Some(sent) = told.sent {
        line.number("response_bytes", sent);
    }
}

fn milliseconds(line: &mut Line, name: &str, microseconds: u64) {
    line.raw().extend_from_slice(name.as_bytes());
    number::push_thousandths(line.raw(), false, microseconds);
}

/// Whether `name` is one of [`FIXED`].
fn is_fixed(name: &str) -> bool {
    // Most names differ from all of them in length or in their first letter.
    FIXED.iter().any(|fixed| {
        fixed.len() == name.len() && fixed.as_bytes()[0] == name.as_bytes()[0] && *fixed == name
    })
}
