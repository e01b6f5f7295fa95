//! The log layer: one flat JSON object a line.

use std::cell::RefCell;
use std::fmt;

use tracing_core::field::{Field, Visit};
use tracing_core::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use super::admission::{Admission, Share};
use super::alone::LogId;
use super::closing::{About, Closing};
use super::closing_line;
use super::dispatched::dispatched;
use super::line::Line;
use super::writer::LogWriter;
use crate::declare::sensitive::looks_secret;
use crate::observe::current;
use crate::observe::fields::FieldValue;
use crate::record::clock::Reading;

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
    id: LogId,
}

impl JsonLayer {
    /// A layer that writes to `writer`.
    pub fn new(writer: LogWriter) -> Self {
        Self { writer, ok: Share::ALL, id: LogId::new() }
    }

    /// Writes the closing lines of this share of the traces that end well; the others are counted. Lines of
    /// errors, of what was cut short, and of what took longer than its objective allows are all written.
    pub(crate) fn with_ok_share(self, ok: Share) -> Self {
        Self { ok, ..self }
    }

    /// Counts what is not written. For what is, gives how many lines like it were suppressed since the last one.
    fn admitted(&self, admission: Admission) -> Option<u64> {
        match admission {
            Admission::Line { suppressed } => return Some(suppressed),
            Admission::Suppressed => self.writer.suppressed_one(),
            Admission::SampledOut => self.writer.sampled_out_one(),
        }
        None
    }

    pub(crate) const fn id(&self) -> LogId {
        self.id
    }

    pub(super) fn closing_line(&self, closing: &Closing, about: &About) {
        let admission = Admission::of(closing, about, self.ok);
        let Some(suppressed) = self.admitted(admission) else { return };
        self.line(closing.ended, |line| {
            current::context(|context| closing_line::write(line, closing, about, context));
            if suppressed > 0 {
                line.field("suppressed", FieldValue::U64(suppressed));
            }
        });
    }

    /// Writes a line.
    #[inline]
    fn line(&self, at: Reading, write: impl FnOnce(&mut Line)) {
        let mut write = Some(write);
        let mut whole = |line: &mut Line| {
            let Some(write) = write.take() else { return };
            line.begin(at);
            write(line);
            self.writer.write(line.end());
        };
        let written = LINE.try_with(|line| line.try_borrow_mut().map(|mut line| whole(&mut line)));
        if !matches!(written, Ok(Ok(()))) {
            whole(&mut Line::new());
        }
    }
}

thread_local! {
    /// The buffers for the next line. A line that is written while another one is (a `Display` that logs)
    /// finds them taken, and makes its own.
    static LINE: RefCell<Line> = const { RefCell::new(Line::new()) };
}

impl<S: Subscriber> Layer<S> for JsonLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let closing = |closing: &Closing, about: &About| self.closing_line(closing, about);
        if dispatched(event.metadata(), closing).is_none() {
            self.line(Reading::now(), |line| {
                current::context(|context| describe(event, line, context));
            });
        }
    }
}

/// Writes the line of an ordinary event.
fn describe(event: &Event<'_>, line: &mut Line, context: &current::Context<'_>) {
    let metadata = event.metadata();
    line.text("level", metadata.level().as_str());
    line.text("target", metadata.target());
    event.record(&mut Message(line));
    if let Some(module) = metadata.module_path() {
        line.text("module", module);
    }
    if let Some(operation) = context.operation {
        line.text("function", operation.name);
    }
    if let Some(number) = metadata.line() {
        line.number("line", number);
    }
    closing_line::ids(line, context);
    event.record(&mut Fields(line));
}

/// Writes the message, which stands before the other fields.
struct Message<'a>(&'a mut Line);

impl Visit for Message<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0.formatted("message", value);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.0.text("message", value);
        }
    }
}

/// Writes the fields.
struct Fields<'a>(&'a mut Line);

impl Fields<'_> {
    /// Writes `value`, unless the field's name looks secret: that value is not even formatted.
    fn put(&mut self, field: &Field, value: FieldValue<'_>) {
        let name = field.name();
        if name != "message" {
            self.0.field(name, if looks_secret(name) { FieldValue::HIDDEN } else { value });
        }
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, FieldValue::F64(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, FieldValue::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, FieldValue::U64(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, FieldValue::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, FieldValue::Text(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, FieldValue::Debug(&value));
    }
}
