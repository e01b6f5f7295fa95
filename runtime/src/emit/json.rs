//! The log: one flat JSON object a line.

use std::cell::Cell;
use std::error::Error;
use std::fmt::Debug;
use std::time::SystemTime;

use tracing_core::field::{Field, Visit};
use tracing_core::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::callsite::FIXED;
use super::closing;
use super::filter::Filter;
use super::line::{Line, Value};
use super::writer::WriteLine;
use crate::observe::current;
use crate::observe::fields::FieldValue;

/// A layer that writes one flat JSON object a line for each event, closing events among them.
///
/// | key | value |
/// |---|---|
/// | `timestamp` | RFC 3339, UTC, six fractional digits |
/// | `level` | `ERROR`, `WARN`, `INFO`, `DEBUG` or `TRACE` |
/// | `target` | the event's target |
/// | `message` | the event's message |
/// | `module`, `line` | where the event stands in the source |
/// | `function` | the innermost operation that runs |
/// | `request_id`, `trace_id`, `span_id` | the request that encloses it; ids in lower-case hexadecimal digits |
///
/// Then come the event's fields, and of a closing event the captured ones, in their order. A key that is
/// not known is left out. No key occurs twice: a field that is named like a key of the table is written as
/// `field.<name>`, and so is a captured field that is named like something that the closing event itself
/// tells (`status`, say); of two fields with one name the later one stays.
///
/// No value can end its line or forge another: quotes, control characters, U+2028, U+2029 and the marks that
/// change the direction of text are escaped. Numbers that are not finite are the strings `"NaN"`, `"+Inf"`
/// and `"-Inf"`; whole numbers beyond 64 bits are strings.
///
/// The layer itself takes every event and looks at no span. Use [`json`](fn@json) to put it behind a filter of its own.
#[derive(Debug)]
pub struct JsonLayer<W> {
    writer: W,
}

impl<W: WriteLine> JsonLayer<W> {
    /// A layer that writes to `writer`.
    pub const fn new(writer: W) -> Self {
        Self { writer }
    }
}

/// The layer that writes what `filter` lets pass to `writer`.
///
/// The filter is the layer's own: layers beside it see what they would see without it. It lets no span pass,
/// so that spans which nobody else wants stay disabled.
///
/// ```
/// use tracing_subscriber::prelude::*;
///
/// let (writer, _guard) = goldsignal::log::LogWriter::stdout()?;
/// let filter = goldsignal::log::Filter::parse("info,hyper=warn")?;
/// let subscriber = tracing_subscriber::registry().with(goldsignal::log::json(filter, writer));
/// # drop(subscriber);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn json<S, W>(filter: Filter, writer: W) -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: WriteLine,
{
    JsonLayer::new(writer).with_filter(filter)
}

impl<S: Subscriber, W: WriteLine> Layer<S> for JsonLayer<W> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        with_line(|line| {
            line.begin(SystemTime::now());
            head(line, event);
            fields(line, event);
            self.writer.write_line(line.finish().as_bytes());
        });
    }
}

thread_local! {
    static LINE: Cell<Option<Box<Line>>> = const { Cell::new(None) };
}

/// Gives `f` the thread's buffer, out of its cell: a line that is written while another one is, by the
/// `Display` of a value, gets a buffer of its own, as do lines at the very end of a thread.
fn with_line(f: impl FnOnce(&mut Line)) {
    let mut line =
        LINE.try_with(Cell::take).ok().flatten().unwrap_or_else(|| Box::new(Line::new()));
    f(&mut line);
    if line.is_worth_keeping() {
        let _ = LINE.try_with(|kept| kept.set(Some(line)));
    }
}

fn head(line: &mut Line, event: &Event<'_>) {
    let metadata = event.metadata();
    line.own("level", |value| value.text(metadata.level().as_str()));
    line.own("target", |value| value.text(metadata.target()));
    event.record(&mut Message(line));
    if let Some(module) = metadata.module_path() {
        line.own("module", |value| value.text(module));
    }
    let context = current::context();
    if let Some(operation) = context.operation {
        line.own("function", |value| value.text(operation.name));
    }
    if let Some(number) = metadata.line() {
        line.own("line", |value| value.plain(number));
    }
    if let Some(request_id) = context.request_id {
        line.own("request_id", |value| value.text(request_id.as_str()));
    }
    if let Some(trace) = context.trace {
        line.own("trace_id", |value| value.format(format_args!("{:032x}", trace.trace_id)));
        line.own("span_id", |value| value.format(format_args!("{:016x}", trace.span_id)));
    }
}

fn fields(line: &mut Line, event: &Event<'_>) {
    let metadata = event.metadata();
    let closing = closing::captured(metadata, |captured| {
        event.record(&mut Fields { line, closing: true });
        for (name, value) in captured {
            if *value == FieldValue::Empty {
                continue;
            }
            if FIXED.contains(name) {
                line.prefixed("field.", name, |to| to.captured(value));
            } else if metadata.fields().field(*name).is_none() {
                line.field(name, |to| to.captured(value));
            }
        }
    });
    if closing.is_none() {
        event.record(&mut Fields { line, closing: false });
    }
}

const MESSAGE: &str = "message";

/// Writes the message, which comes before the other fields.
struct Message<'a>(&'a mut Line);

impl Visit for Message<'_> {
    fn record_str(&mut self, field: &Field, text: &str) {
        if field.name() == MESSAGE {
            self.0.own(MESSAGE, |value| value.text(text));
        }
    }

    fn record_debug(&mut self, field: &Field, message: &dyn Debug) {
        if field.name() == MESSAGE {
            self.0.own(MESSAGE, |value| value.format(format_args!("{message:?}")));
        }
    }
}

/// Writes everything but the message.
struct Fields<'a> {
    line: &'a mut Line,
    closing: bool,
}

impl Fields<'_> {
    fn write(&mut self, field: &Field, write: impl FnOnce(&mut Value<'_>)) {
        match field.name() {
            MESSAGE => {}
            // The same as `function`, under which every line has it.
            "operation" if self.closing => {}
            name => self.line.field(name, write),
        }
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, number: f64) {
        self.write(field, |value| value.number(number));
    }

    fn record_i64(&mut self, field: &Field, number: i64) {
        self.write(field, |value| value.plain(number));
    }

    fn record_u64(&mut self, field: &Field, number: u64) {
        self.write(field, |value| value.plain(number));
    }

    fn record_i128(&mut self, field: &Field, number: i128) {
        self.write(field, |value| match i64::try_from(number) {
            Ok(number) => value.plain(number),
            Err(_) => value.format(format_args!("{number}")),
        });
    }

    fn record_u128(&mut self, field: &Field, number: u128) {
        self.write(field, |value| match u64::try_from(number) {
            Ok(number) => value.plain(number),
            Err(_) => value.format(format_args!("{number}")),
        });
    }

    fn record_bool(&mut self, field: &Field, truth: bool) {
        self.write(field, |value| value.plain(truth));
    }

    fn record_str(&mut self, field: &Field, text: &str) {
        self.write(field, |value| value.text(text));
    }

    fn record_error(&mut self, field: &Field, error: &(dyn Error + 'static)) {
        self.write(field, |value| value.format(format_args!("{error}")));
    }

    fn record_debug(&mut self, field: &Field, what: &dyn Debug) {
        self.write(field, |value| value.format(format_args!("{what:?}")));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::prelude::*;

    use super::*;
    use crate::observe::observation::Observation;
    use crate::observe::verdict::Verdict;
    use crate::observe::{RequestId, TraceContext};
    use crate::record::ambient::StoreRef;
    use crate::record::sync_lock;

    fn logged(f: impl FnOnce()) -> String {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let filter = Filter::parse("trace").unwrap();
        let subscriber = tracing_subscriber::registry().with(json(filter, Arc::clone(&lines)));
        tracing::subscriber::with_default(subscriber, f);
        String::from_utf8(std::mem::take(&mut *sync_lock(&lines))).unwrap()
    }

    #[test]
    fn lines_of_a_request_share_its_ids() {
        let header = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let trace = TraceContext::parse(header).unwrap();
        let id = RequestId::parse(b"a-b").unwrap();
        let request = Observation::request(StoreRef::global(), "GET", id, trace);
        let text = logged(|| {
            request.enter(|| tracing::info!("within"));
            request.end(Verdict { status: Some(404), ..Verdict::OK });
        });
        let ids = format!(
            r#""request_id":"a-b","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"{:016x}""#,
            trace.span_id
        );
        assert_eq!(text.lines().count(), 2);
        assert!(text.lines().all(|line| line.contains(&ids)), "{text}");
        let closing = text.lines().last().unwrap();
        assert!(closing.contains(r#""message":"GET _unmatched 404""#), "{closing}");
        assert!(closing.contains(r#""status":404"#), "{closing}");
    }

    #[test]
    fn carried_work_keeps_the_span_that_it_was_carried_from() {
        let id = RequestId::random();
        let request = Observation::request(StoreRef::global(), "GET", id, TraceContext::root());
        let carried = request.enter(crate::observe::current);
        let other = Observation::request(
            StoreRef::global(),
            "GET",
            RequestId::random(),
            TraceContext::root(),
        );
        let expected = carried.trace().unwrap();
        let text = logged(|| other.enter(|| carried.in_scope(|| tracing::info!("carried"))));
        assert!(text.contains(&format!("{:032x}", expected.trace_id)), "{text}");
        assert!(text.contains(&format!("{:016x}", expected.span_id)), "{text}");
        other.end(Verdict::OK);
        request.end(Verdict::OK);
    }
}
