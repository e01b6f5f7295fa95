//! Writes one line for each panic, within the request that panicked.
//!
//! The line goes straight to the writer. A panic may come out of a value that a `tracing` layer is
//! formatting; sending that layer another event from the panic hook could deadlock, or panic again
//! and abort the process.

use std::panic::{self, PanicHookInfo};
use std::sync::Once;
use std::thread;
use std::time::Duration;

use tracing_core::Level;
use tracing_subscriber::filter::Targets;

use super::{closing_line, stacktrace};
use crate::declare::FieldValue;
use crate::log::guard::masked;
use crate::log::log_line::LogLine;
use crate::log::truncate;
use crate::log::writer::{LogWriter, THREAD};
use crate::observe::current;
use crate::observe::story::{self, buffer::Panic};
use crate::record::clock::Reading;

/// The target of these lines.
const TARGET: &str = "goldsignal::panic";

/// Installs a panic hook that writes a line to `writer` if `filter` accepts it, and then calls the
/// previous hook. Only the first call has an effect.
pub(crate) fn install(writer: &LogWriter, filter: &Targets) {
    static ONCE: Once = Once::new();
    if !filter.would_enable(TARGET, &Level::ERROR) {
        return;
    }
    ONCE.call_once(|| {
        let (writer, before) = (writer.clone(), panic::take_hook());
        panic::set_hook(Box::new(move |info| {
            log_panic(&writer, info);
            before(info);
        }));
    });
}

fn log_panic(writer: &LogWriter, info: &PanicHookInfo<'_>) {
    let thread = thread::current();
    // A sink that panics must not cause a line about itself, which would panic again.
    if thread.name() == Some(THREAD) {
        return;
    }
    let now = Reading::now();
    let trace = stacktrace::if_asked();
    tell(info, trace.as_deref());
    // Not the thread's own buffer, which may contain an unfinished line.
    let mut line = LogLine::new();
    line.begin(now);
    line.text("level", Level::ERROR.as_str());
    line.text("target", TARGET);
    line.message(FieldValue::Text(&message(info)));
    current::context(|context| {
        if let Some(operation) = context.operation {
            line.text("module", operation.location.module);
            line.text("function", operation.name);
        }
        line.put(|reserved| closing_line::ids(reserved, context));
    });
    if let Some(location) = info.location() {
        line.field("code.file.path", FieldValue::Text(location.file()));
        line.field("code.line.number", FieldValue::U64(location.line().into()));
        line.field("code.column.number", FieldValue::U64(location.column().into()));
    }
    if let Some(name) = thread.name() {
        line.field("thread.name", FieldValue::Text(name));
    }
    if let Some(trace) = &trace {
        line.text("code.stacktrace", trace);
    }
    writer.write(line.end(), now);
    if cfg!(panic = "abort") || aborts(text_of(info)) {
        writer.flush(Duration::from_secs(1));
    }
}

/// Adds the panic to the story of the request that panicked.
fn tell(info: &PanicHookInfo<'_>, trace: Option<&str>) {
    if story::is_active() {
        let text = masked(text_of(info).unwrap_or_default().to_owned());
        let message = truncate::at_most(&text, truncate::VALUE).to_owned();
        let location = info.location().map(ToString::to_string).unwrap_or_default();
        let backtrace = trace.unwrap_or_default().to_owned();
        story::append_panic(Panic { message, location, backtrace });
    }
}

/// Whether the process aborts after a panic with this text: the standard library panics with it
/// where a panic meets code that cannot unwind, such as another panic's clean-up. If it should use
/// another text, only the last lines are lost.
fn aborts(text: Option<&str>) -> bool {
    let texts = ["panic in a destructor during cleanup", "panic in a function that cannot unwind"];
    text.is_some_and(|text| texts.contains(&text))
}

fn text_of<'a>(info: &'a PanicHookInfo<'_>) -> Option<&'a str> {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

/// The line's message. Credentials in it are masked, because its text is often that of an error.
fn message(info: &PanicHookInfo<'_>) -> String {
    let text = text_of(info).unwrap_or("a value that is no text");
    masked(format!("panicked: {text}"))
}
