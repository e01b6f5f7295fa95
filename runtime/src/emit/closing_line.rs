//! The line of a closing event, written straight from the observation: nothing is visited or formatted twice.

use super::callsite::FIXED;
use super::closing::{About, Closing};
use super::line::Line;
use super::{escape, number, stamp};
use crate::observe::current::Context;
use crate::observe::fields::FieldValue;
use crate::observe::hex::hex;
use crate::observe::outcome::Outcome;

/// Writes the members of the line.
pub(super) fn write(line: &mut Line, closing: &Closing, about: &About, context: &Context<'_>) {
    let constant = &about.site.constant;
    let out = line.raw();
    out.extend_from_slice(b"\"timestamp\":\"");
    stamp::push(out, closing.ended);
    if about.request.is_some() {
        out.extend_from_slice(&constant.head);
        for part in about.message.0 {
            escape::push(out, part);
        }
    } else {
        out.extend_from_slice(&constant.head_of_call);
        out.extend_from_slice(closing.verdict.outcome.as_str().as_bytes());
    }
    out.extend_from_slice(&constant.place);
    if let (None, Some(operation)) = (about.operation, context.operation) {
        line.text("function", operation.name);
    }
    ids(line, context);
    told(line, closing, about);
    if about.places.others {
        all(line, closing);
    } else {
        declared(line, closing, about);
    }
}

/// Writes the ids that tie the line to others.
pub(super) fn ids(line: &mut Line, context: &Context<'_>) {
    if let Some(id) = context.request_id {
        // Of letters that need no escape.
        let out = line.raw();
        out.extend_from_slice(b",\"request_id\":\"");
        out.extend_from_slice(id.as_bytes());
        out.push(b'"');
    }
    if let Some(trace) = context.trace {
        let out = line.raw();
        out.extend_from_slice(b",\"trace_id\":\"");
        out.extend_from_slice(hex(trace.trace_id.to_be_bytes()).as_flattened());
        out.extend_from_slice(b"\",\"span_id\":\"");
        out.extend_from_slice(hex(trace.span_id.to_be_bytes()).as_flattened());
        out.push(b'"');
    }
}

/// Writes captured fields of which all are declared, and so none has another's name.
fn declared(line: &mut Line, closing: &Closing, about: &About) {
    for (place, name) in about.site.constant.names.iter().enumerate() {
        let value = about.places.value(place, closing);
        if !matches!(value, FieldValue::Empty) {
            line.raw().extend_from_slice(name);
            line.value(value);
        }
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

/// The outcome, up to the duration's digits.
const fn outcome(outcome: Outcome) -> &'static [u8] {
    match outcome {
        Outcome::Ok => b",\"outcome\":\"ok\",\"duration_ms\":",
        Outcome::ClientError => b",\"outcome\":\"client_error\",\"duration_ms\":",
        Outcome::ServerError => b",\"outcome\":\"server_error\",\"duration_ms\":",
        Outcome::Error => b",\"outcome\":\"error\",\"duration_ms\":",
        Outcome::Panic => b",\"outcome\":\"panic\",\"duration_ms\":",
        Outcome::Cancelled => b",\"outcome\":\"cancelled\",\"duration_ms\":",
        Outcome::Aborted => b",\"outcome\":\"aborted\",\"duration_ms\":",
    }
}

fn told(line: &mut Line, closing: &Closing, about: &About) {
    let told = about.told;
    milliseconds(line, outcome(closing.verdict.outcome), told.duration);
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
        milliseconds(line, b",\"head_ms\":", head);
    }
    if let Some(received) = told.received {
        line.number("request_bytes", received);
    }
    if let Some(sent) = told.sent {
        line.number("response_bytes", sent);
    }
}

fn milliseconds(line: &mut Line, name: &[u8], microseconds: u64) {
    line.raw().extend_from_slice(name);
    number::push_thousandths(line.raw(), false, microseconds);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_called_by_its_name() {
        for each in Outcome::ALL {
            let expected = format!(",\"outcome\":\"{}\",\"duration_ms\":", each.as_str());
            assert_eq!(outcome(each), expected.as_bytes());
        }
    }
}
