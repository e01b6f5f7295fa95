//! The log layer: one flat JSON object a line.

use std::cell::RefCell;
use std::fmt::{self, Write};

use tracing_core::field::{Field, Visit};
use tracing_core::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use super::admission::{Admission, Share};
use super::callsite::FIXED;
use super::closing::{self, Dispatched};
use super::line::Line;
use super::writer::LogWriter;
use crate::declare::sensitive::looks_secret;
use crate::observe::current;
use crate::observe::fields::FieldValue;

/// A `tracing` layer that writes every event as one flat JSON object a line.
///
/// `timestamp`, `level`, `target`, `message`, `module`, `function`, `line`, `request_id`, `trace_id`,
/// `span_id`, then the event's own fields. What is not known is left out. A field of the event's own with
/// one of these names is written as `field.<name>`, and so is a captured field that is named like
/// something that the closing event itself tells (`status`, say). A name is never written twice: of two
/// fields with one name the later stays.
///
/// Equal errors of one operation are written ten times in a row, then once a second; the next line that is
/// written has their number as `suppressed`. Ordinary events are always written.
///
/// A field whose name looks secret (`password`, `user.token`) is written as `[redacted]`.
///
/// The layer takes no spans: put a filter of its own on it, as `Telemetry::log_layer` does, so that spans
/// that nobody else wants are never made.
#[derive(Debug)]
pub struct JsonLayer {
    writer: LogWriter,
    /// How many of the good ends are written.
    ok: Share,
}

impl JsonLayer {
    /// A layer that writes to `writer`.
    pub fn new(writer: LogWriter) -> Self {
        Self { writer, ok: Share::ALL }
    }

    /// Writes the closing lines of this share of the traces that end well; the others are counted. Lines of
    /// errors, of what was cut short, and of what took longer than its objective allows are all written.
    pub(crate) fn with_ok_share(self, ok: Share) -> Self {
        Self { ok, ..self }
    }

    /// How many lines like this one were suppressed since the last; `None` when it is not written either.
    fn admit(&self, event: &Event<'_>) -> Option<u64> {
        let decide = |dispatched: &Dispatched| Admission::of(&dispatched.ending, self.ok);
        match closing::dispatched(event.metadata(), decide) {
            None => Some(0),
            Some(Admission::Line { suppressed }) => Some(suppressed),
            Some(Admission::Suppressed) => {
                self.writer.suppressed_one();
                None
            }
            Some(Admission::SampledOut) => {
                self.writer.sampled_out_one();
                None
            }
        }
    }
}

thread_local! {
    /// A buffer for the next line. A line that is written while another one is (a `Display` that logs)
    /// finds it taken, and makes its own.
    static BUFFER: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

impl<S: Subscriber> Layer<S> for JsonLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let Some(suppressed) = self.admit(event) else { return };
        let buffer = BUFFER.try_with(RefCell::take).ok().flatten().unwrap_or_default();
        let mut line = Line::new(buffer);
        describe(event, &mut line);
        if suppressed > 0 {
            line.value("suppressed", &FieldValue::U64(suppressed));
        }
        let mut buffer = line.finish();
        self.writer.write(&buffer);
        buffer.clear();
        // A huge line's buffer is not kept.
        if buffer.capacity() <= 64 * 1024 {
            let _ = BUFFER.try_with(|cell| cell.replace(Some(buffer)));
        }
    }
}

fn describe(event: &Event<'_>, line: &mut Line) {
    let metadata = event.metadata();
    let context = current::context();
    line.timestamp("timestamp", std::time::SystemTime::now());
    line.text("level", metadata.level().as_str());
    line.text("target", metadata.target());
    let mut message = Message(None);
    event.record(&mut message);
    if let Some(message) = &message.0 {
        line.text("message", message);
    }
    if let Some(module) = metadata.module_path() {
        line.text("module", module);
    }
    if let Some(operation) = context.operation {
        line.text("function", operation.name);
    }
    if let Some(number) = metadata.line() {
        line.unsigned("line", number.into());
    }
    if let Some(id) = &context.request_id {
        line.text("request_id", id.as_str());
    }
    if let Some(trace) = context.trace {
        line.hex("trace_id", trace.trace_id, 32);
        line.hex("span_id", trace.span_id.into(), 16);
    }
    line.reserve_names();
    // What a closing event captured was vetted where it was declared: `password = hash(..)` is no secret.
    let vetted = closing::captured(metadata, |_| ()).is_some();
    event.record(&mut Fields { line, vetted });
    closing::captured(metadata, |fields| {
        for (name, value) in fields {
            if FIXED.contains(name) {
                line.value(&format!("field.{name}"), value);
            } else {
                line.value(name, value);
            }
        }
    });
}

/// Finds the message, which is written before the other fields.
struct Message(Option<String>);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = Some(debug(value));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.0 = Some(value.to_owned());
        }
    }
}

/// A value's text. If it refuses to be formatted, what it had written by then: `format!` would panic, in
/// a request that has nothing to do with it.
fn debug(value: &dyn fmt::Debug) -> String {
    let mut text = String::new();
    let _ = write!(text, "{value:?}");
    text
}

/// Writes the fields.
struct Fields<'a> {
    line: &'a mut Line,
    /// Whether no value is a secret, whatever its name.
    vetted: bool,
}

impl Fields<'_> {
    /// Writes what `value` makes, unless the field's name looks secret: that value is not even formatted.
    fn put(&mut self, field: &Field, value: impl FnOnce() -> FieldValue) {
        let name = field.name();
        if name == "message" {
            return;
        }
        let secret = !self.vetted && looks_secret(name);
        self.line.value(name, &if secret { FieldValue::hidden() } else { value() });
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, || FieldValue::F64(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, || FieldValue::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, || FieldValue::U64(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, || FieldValue::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, || FieldValue::Text(value.into()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, || FieldValue::Text(debug(value).into()));
    }
}
