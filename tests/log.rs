//! The log as a service sees it: through `tracing`, beside other layers, into sinks that fail.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use goldsignal::__private::{Operation, Place, Site, begin, fields::hash};
use goldsignal::log::{Filter, LogWriter, WriteLine, json};
use goldsignal::observe::fields::{Field, FieldValue};
use goldsignal::observe::verdict::Verdict;
use serde_json::Value;
use tracing_subscriber::prelude::*;

type Lines = Arc<Mutex<Vec<u8>>>;

fn text(lines: &Lines) -> String {
    String::from_utf8(lines.lock().unwrap().clone()).unwrap()
}

/// What `f` logs, each line parsed.
fn logged(f: impl FnOnce()) -> Vec<Value> {
    let lines = Lines::default();
    let layer = json(Filter::parse("trace").unwrap(), Arc::clone(&lines));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), f);
    let text = text(&lines);
    assert!(text.is_empty() || text.ends_with('\n'));
    // `split`, not `lines`: a line that a value ended would show as one that does not parse.
    text.trim_end_matches('\n')
        .split('\n')
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

#[test]
fn an_event_is_one_flat_object() {
    let lines = logged(|| tracing::warn!(target: "shop", count = 3, who = "me", "sold {}", "out"));
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(line["level"], "WARN");
    assert_eq!(line["target"], "shop");
    assert_eq!(line["message"], "sold out");
    assert_eq!(line["module"], "log");
    assert_eq!(line["count"], 3);
    assert_eq!(line["who"], "me");
    assert!(line["line"].is_u64());
    let timestamp = line["timestamp"].as_str().unwrap();
    assert_eq!((timestamp.len(), timestamp.as_bytes()[19]), (27, b'.'), "{timestamp}");
    for absent in ["function", "request_id", "trace_id", "span_id"] {
        assert!(line.get(absent).is_none(), "{absent} is not known here");
    }
}

#[test]
fn no_value_forges_a_line_or_a_key() {
    let forged = "x\"}\n{\"level\":\"ERROR\",\"message\":\"forged\"}\r\u{2028}\u{85}\0\u{1b}[31m\\";
    let lines = logged(|| {
        tracing::info!(user = forged, debug = ?forged, level = "forged", "{forged}");
        tracing::info!(nan = f64::NAN, inf = f64::INFINITY, big = u128::MAX, twice = 1, twice = 2);
        let error = io::Error::other(forged);
        tracing::info!(error = &error as &dyn std::error::Error);
    });
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["message"], forged);
    assert_eq!(lines[0]["user"], forged);
    assert_eq!(lines[0]["debug"], format!("{forged:?}"));
    assert_eq!((&lines[0]["level"], &lines[0]["field.level"]), (&"INFO".into(), &"forged".into()));
    assert_eq!(lines[1]["nan"], "NaN");
    assert_eq!(lines[1]["inf"], "+Inf");
    assert_eq!(lines[1]["big"], u128::MAX.to_string());
    assert_eq!(lines[1]["twice"], 2);
    assert_eq!(lines[2]["error"], forged);
}

#[test]
fn a_closing_event_tells_everything_that_was_captured() {
    static SITE: Site = Site::new(
        Operation::new("log::sell", Place::new("shop.rs", 7, "shop")).fields(&["user", "status"]),
    );
    let lines = logged(|| {
        begin(&SITE)
            .field("user", hash("me"))
            .field("status", FieldValue::U64(1))
            .field("gone", FieldValue::Empty)
            .call(
                || {
                    tracing::debug!("within");
                    goldsignal::current().record("late\n", "x".to_owned());
                    goldsignal::current().record("late\n", 2_u8);
                },
                |(), captures| {
                    captures.field("after", true.field());
                    Verdict::OK
                },
            );
    });
    let [within, closing] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(within["function"], "log::sell");
    assert_eq!(closing["function"], "log::sell");
    assert_eq!(closing["message"], "sell ok");
    assert_eq!((&closing["target"], &closing["line"]), (&"shop".into(), &7.into()));
    assert_eq!(closing["outcome"], "ok");
    assert!(closing["duration_ms"].is_f64());
    assert_eq!(closing["user"].as_str().map(str::len), Some(16));
    assert_eq!(closing["field.status"], 1);
    assert_eq!(closing["after"], true);
    assert_eq!(closing["late\n"], 2);
    for absent in ["gone", "status", "operation"] {
        assert!(closing.get(absent).is_none(), "{absent}");
    }
}

/// A writer for `fmt`, which makes one for each line.
#[derive(Clone, Default)]
struct Shared(Lines);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn layers_beside_ours_see_what_they_would_see_without() {
    let (ours, theirs) = (Lines::default(), Shared::default());
    let writer = theirs.clone();
    let fmt = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || writer.clone());
    let layer = json(Filter::parse("error").unwrap(), Arc::clone(&ours));
    let subscriber = tracing_subscriber::registry().with(layer).with(fmt);
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!("outer", shop = 7);
        assert!(!span.is_disabled());
        span.in_scope(|| {
            tracing::info!("theirs alone");
            tracing::error!("for both");
        });
    });
    let theirs = text(&theirs.0);
    assert!(theirs.contains("outer{shop=7}: log: theirs alone"), "{theirs}");
    assert!(theirs.contains("outer{shop=7}: log: for both"), "{theirs}");
    assert_eq!(text(&ours).lines().count(), 1);
}

#[test]
fn alone_it_leaves_spans_disabled() {
    let layer = json(Filter::parse("trace").unwrap(), Lines::default());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        assert!(tracing::error_span!("unwanted").is_disabled());
        assert!(tracing::event_enabled!(tracing::Level::TRACE));
    });
}

/// Takes nothing until it is told to.
struct Gate(mpsc::Receiver<()>, Lines);

impl Write for Gate {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.recv();
        self.1.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_a_full_buffer_drops_is_counted_exactly() {
    let (open, gate) = mpsc::channel();
    let lines = Lines::default();
    let (writer, guard) = LogWriter::new(Gate(gate, Arc::clone(&lines))).unwrap();
    let sent = 4 * 8_000;
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let writer = &writer;
            scope.spawn(move || {
                for number in 0..8_000 {
                    writer.write_line(format!("{thread} {number:0100}\n").as_bytes());
                }
            });
        }
    });
    assert!(!writer.flush(Duration::from_millis(10)), "the sink takes nothing");
    drop(open);
    drop(guard);
    let text = text(&lines);
    assert!(text.lines().all(|line| line.len() == 102));
    assert!(text.lines().count() < sent, "more than the bound was kept");
    assert_eq!(u64::try_from(sent - text.lines().count()).unwrap(), writer.dropped());
    writer.write_line(b"too late\n");
    assert_eq!(u64::try_from(sent + 1 - text.lines().count()).unwrap(), writer.dropped());
}

#[test]
fn a_closed_pipe_is_counted_and_nothing_panics() {
    let (reader, pipe) = io::pipe().unwrap();
    let (writer, guard) = LogWriter::new(pipe).unwrap();
    drop(reader);
    for _ in 0..3 {
        writer.write_line(b"line\n");
    }
    assert!(writer.flush(Duration::from_secs(5)));
    assert_eq!(writer.dropped(), 3);
    writer.write_line(b"line\n");
    drop(guard);
    assert_eq!(writer.dropped(), 4);
}

#[test]
fn dropping_the_guard_writes_out_what_waits() {
    let lines = Shared::default();
    let (writer, guard) = LogWriter::new(lines.clone()).unwrap();
    writer.write_line(b"last\n");
    drop(guard);
    assert_eq!(text(&lines.0), "last\n");
    assert_eq!(writer.dropped(), 0);
}
