//! The fields of spans, stored in the registry's extensions.

use tracing_core::field::Field;
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Dispatch, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, Scope};

use super::is_inside;
use crate::declare::FieldValue;
use crate::log::escape;
use crate::log::field_visitor::FieldVisitor;
use crate::log::guard::Guard;
use crate::log::log_line::LogLine;
use crate::log::names::Beside;

/// How many enclosing spans a line contains, from the innermost on.
const MOST: usize = 32;

/// A span's fields, in the form of a line.
struct StoredFields(LogLine);

/// Stores the fields of a new span.
pub(crate) fn begin<S>(attributes: &Attributes<'_>, id: &Id, cx: &Context<'_, S>)
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let mut fields = LogLine::new();
    attributes.record(&mut FieldVisitor(|field: &Field, value: FieldValue<'_>| {
        put(&mut fields, field, value);
    }));
    fields.shrink();
    if let Some(span) = cx.span(id) {
        let mut extensions = span.extensions_mut();
        // Another log on the same registry stores the same.
        if extensions.get_mut::<StoredFields>().is_none() {
            extensions.insert(StoredFields(fields));
        }
    }
}

/// Stores values that are recorded later. Of two fields with the same name the later one stays.
pub(crate) fn record<S>(id: &Id, values: &Record<'_>, cx: &Context<'_, S>)
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    // Formats before it locks the span: a value may run any code in its `Display`, and use the
    // span.
    let mut fields = LogLine::new();
    values.record(&mut FieldVisitor(|field: &Field, value: FieldValue<'_>| {
        put(&mut fields, field, value);
    }));
    let Some(span) = cx.span(id) else { return };
    if let Some(StoredFields(stored)) = span.extensions_mut().get_mut::<StoredFields>() {
        stored.replace_by(&fields);
        stored.shrink();
    }
}

fn put(fields: &mut LogLine, field: &Field, value: FieldValue<'_>) {
    Guard::of_static(field.name()).pass(value, |value| fields.field(field.name(), value));
}

/// Whether [`write_current`] can find the spans of `subscriber`.
pub(crate) fn are_found(subscriber: &Dispatch) -> bool {
    !is_inside() || subscriber.is::<Registry>()
}

/// Writes the enclosing spans of a line that is not written for an event of `subscriber`.
#[cold]
pub(crate) fn write_current(line: &mut LogLine, subscriber: &Dispatch, beside: Beside) {
    let Some(registry) = subscriber.downcast_ref::<Registry>() else { return };
    let current = registry.current_span();
    if let Some(span) = current.id().and_then(|id| registry.span(id)) {
        write(line, span.scope(), beside);
    }
}

/// Writes the fields of the spans of `scope`, innermost first, then the names, outermost first.
#[cold]
pub(crate) fn write<'a, R: LookupSpan<'a>>(
    line: &mut LogLine,
    scope: Scope<'a, R>,
    beside: Beside,
) {
    let (mut names, mut count) = ([""; MOST], 0);
    for span in scope {
        let extensions = span.extensions();
        let Some(StoredFields(fields)) = extensions.get::<StoredFields>() else { continue };
        let Some(name) = names.get_mut(count) else { break };
        *name = span.metadata().name();
        count += 1;
        line.outer_fields(fields, beside);
    }
    if count == 0 {
        return;
    }
    line.put(|reserved| {
        let mut reserved = reserved.bytes(b",\"spans\":[")?;
        for (index, name) in names[..count].iter().rev().enumerate() {
            reserved =
                escape::quote(if index > 0 { reserved.bytes(b",")? } else { reserved }, name)?;
        }
        reserved.bytes(b"]")
    });
}
