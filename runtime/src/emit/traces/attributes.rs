//! Converts fields to span attributes.

use opentelemetry::trace::Event;
use opentelemetry::{Key, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SpanEvents;

use crate::declare::FieldValue;
use crate::log::truncate::at_most;
use crate::observe::span_recorder::SpanEvent;
use crate::observe::stored_fields::Fields;

/// The most attributes of a span or event, as in OpenTelemetry's SDKs.
const MAX_ATTRIBUTES: usize = 128;

/// The longest text of an attribute, in bytes, because spans wait in memory.
const MAX_LEN: usize = 4096;

/// Converts a field; an empty one is left out.
fn attribute((name, value): (&'static str, FieldValue<'_>)) -> Option<KeyValue> {
    let value: Value = match value {
        FieldValue::Bool(value) => value.into(),
        FieldValue::I64(value) => value.into(),
        FieldValue::U64(value) => match i64::try_from(value) {
            Ok(value) => value.into(),
            Err(_) => value.to_string().into(),
        },
        FieldValue::F64(value) => value.into(),
        FieldValue::Text(value) => text(value),
        // Captured values are one of these types.
        FieldValue::Display(_) | FieldValue::Debug(_) | FieldValue::Hash(_) | FieldValue::Empty => {
            return None;
        }
    };
    let name = name.strip_prefix("r#").unwrap_or(name);
    Some(KeyValue::new(Key::from_static_str(name), value))
}

fn text(text: &str) -> Value {
    Value::String(StringValue::from(at_most(text, MAX_LEN).to_owned()))
}

/// All attributes, and how many did not fit. Of two with the same name the later one stays.
pub(super) fn attributes(fields: &Fields) -> (Vec<KeyValue>, u32) {
    let mut all: Vec<KeyValue> = Vec::with_capacity(fields.len());
    let mut dropped = 0;
    for attribute in fields.iter().filter_map(attribute) {
        match all.iter().position(|earlier| earlier.key == attribute.key) {
            Some(earlier) => all[earlier] = attribute,
            None if all.len() < MAX_ATTRIBUTES => all.push(attribute),
            None => dropped += 1,
        }
    }
    (all, dropped)
}

/// An event of a span.
fn event(event: SpanEvent) -> Event {
    let (attributes, dropped) = attributes(&event.attributes);
    Event::new(event.name, event.time, attributes, dropped)
}

/// The events of a span, of which `dropped_count` did not fit.
pub(super) fn events(
    events: impl IntoIterator<Item = SpanEvent>,
    dropped_count: u32,
) -> SpanEvents {
    let mut all = SpanEvents::default();
    all.events = events.into_iter().map(event).collect();
    all.dropped_count = dropped_count;
    all
}
