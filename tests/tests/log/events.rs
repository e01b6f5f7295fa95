//! Events of `tracing` in the log, beside other layers, and into sinks that fail.

use std::io::{self, Write};
use std::sync::mpsc;
use std::time::Duration;

use goldsignal::__private::probes::*;
use goldsignal::__private::verdict::Verdict;
use goldsignal::__private::{FieldProbe, Operation, Site, SourceLocation, begin};
use goldsignal::emit::{JsonLayer, LogWriter};
use goldsignal_tests::{LogBuffer, PATIENCE, TestLog};
use serde_json::Value;
use tracing_subscriber::prelude::*;

/// The lines that `f` logs.
fn logged(f: impl FnOnce()) -> Vec<Value> {
    let log = TestLog::new("trace");
    tracing::dispatcher::with_default(&log.subscriber(), f);
    log.lines()
}

#[test]
fn an_event_is_one_flat_object() {
    let lines = logged(|| tracing::warn!(target: "shop", count = 3, who = "me", "sold {}", "out"));
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(line["level"], "WARN");
    assert_eq!(line["target"], "shop");
    assert_eq!(line["message"], "sold out");
    assert_eq!(line["module"], "log::events");
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
fn a_message_is_text_wherever_it_stands() {
    let lines = logged(|| {
        tracing::info!(first = 1, message = "later", last = 2);
        tracing::info!(message = 5, last = 2);
        tracing::info!(message = tracing::field::Empty, last = 2);
        tracing::info!(a = 1, a = 2, "twice");
        tracing::info!("alone");
    });
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str()).collect();
    assert_eq!(messages, [Some("later"), Some("5"), None, Some("twice"), Some("alone")]);
    assert!(lines[..3].iter().all(|line| line["last"] == 2));
    assert_eq!((&lines[0]["first"], &lines[3]["a"]), (&1.into(), &2.into()));
    assert!(lines.iter().all(|line| line["module"] == "log::events" && line["line"].is_u64()));
}

#[test]
fn no_value_forges_a_line_or_a_key() {
    let forged = "x\"}\n{\"level\":\"ERROR\",\"message\":\"forged\"}\r\u{2028}\u{85}\0\u{1b}[31m\\";
    let lines = logged(|| {
        tracing::info!(user = forged, debug = ?forged, level = "forged", field.level = 1, r#type = 2, "{forged}");
        tracing::info!(nan = f64::NAN, inf = f64::INFINITY, big = u128::MAX, twice = 1, twice = 2);
        let error = io::Error::other(forged);
        tracing::info!(error = &error as &dyn std::error::Error);
    });
    assert_eq!(lines[0]["type"], 2);
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["message"], forged);
    assert_eq!(lines[0]["user"], forged);
    assert_eq!(lines[0]["debug"], format!("{forged:?}"));
    assert_eq!((&lines[0]["level"], &lines[0]["field.level"]), (&"INFO".into(), &1.into()));
    assert_eq!(lines[1]["nan"], "NaN");
    assert_eq!(lines[1]["inf"], "inf");
    assert_eq!(lines[1]["big"], u128::MAX.to_string());
    assert_eq!(lines[1]["twice"], 2);
    assert_eq!(lines[2]["error"], forged);
}

#[test]
fn a_closing_event_tells_everything_that_was_captured() {
    static SITE: Site = Site::new(
        Operation::new("log::sell", SourceLocation::new("shop.rs", 7, "shop"))
            .fields(&["user", "status"]),
    );
    let lines = logged(|| {
        begin(&SITE)
            .field("user", (&&FieldProbe("me")).hashed())
            .field("status", (&&FieldProbe(&1_u8)).plain())
            .field("gone", (&&FieldProbe(&None::<u8>)).plain())
            .call(
                || {
                    tracing::debug!("within");
                    goldsignal::current().record("late\n", "x".to_owned());
                    goldsignal::current().record("late\n", 2_u8);
                },
                |(), captures| {
                    captures.field("after", (&&FieldProbe(&true)).plain());
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
    for absent in ["gone", "status"] {
        assert!(closing.get(absent).is_none(), "{absent}");
    }
}

#[test]
fn layers_beside_ours_see_what_they_would_see_without() {
    let (ours, theirs) = (TestLog::new("error"), LogBuffer::default());
    let writer = theirs.clone();
    let fmt = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || writer.clone());
    let subscriber = tracing_subscriber::registry().with(ours.telemetry.log_layer()).with(fmt);
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!("outer", shop = 7);
        assert!(!span.is_disabled());
        span.in_scope(|| {
            tracing::info!("theirs alone");
            tracing::error!("for both");
        });
    });
    let theirs = theirs.text();
    assert!(theirs.contains("outer{shop=7}: log::events: theirs alone"), "{theirs}");
    assert!(theirs.contains("outer{shop=7}: log::events: for both"), "{theirs}");
    assert_eq!(ours.lines().len(), 1);
}

/// Fails once, in the middle of a line.
struct Torn {
    lines: LogBuffer,
    room: Option<usize>,
}

impl Write for Torn {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.room {
            Some(0) => {
                self.room = None;
                Err(io::ErrorKind::StorageFull.into())
            }
            Some(room) => {
                let taken = bytes.len().min(*room);
                *room -= taken;
                self.lines.write(&bytes[..taken])
            }
            None => self.lines.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_line_that_a_full_disk_tore_spoils_no_other() {
    let lines = LogBuffer::default();
    let sink = Torn { lines: lines.clone(), room: Some(100) };
    let writer = LogWriter::new(sink);
    let layer = JsonLayer::new(writer.clone());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        tracing::info!("torn");
        assert!(writer.flush(PATIENCE));
        tracing::info!("whole");
        assert!(writer.flush(PATIENCE));
    });
    let text = lines.text();
    let last = text.lines().last().unwrap();
    let parsed: Value = serde_json::from_str(last).unwrap_or_else(|_| panic!("{text}"));
    assert_eq!(parsed["message"], "whole");
    assert_eq!(writer.dropped(), 1);
}

/// Blocks each write until the other end of the channel sends or is dropped.
struct Gate(mpsc::Receiver<()>, LogBuffer);

impl Write for Gate {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.recv();
        self.1.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_a_full_buffer_drops_is_counted_exactly() {
    let (open, gate) = mpsc::channel();
    let lines = LogBuffer::default();
    let writer = LogWriter::new(Gate(gate, lines.clone()));
    let layer = JsonLayer::new(writer.clone());
    let sent = 4 * 40_000;
    let dispatch = tracing::Dispatch::new(tracing_subscriber::registry().with(layer));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let dispatch = &dispatch;
            scope.spawn(move || {
                tracing::dispatcher::with_default(dispatch, || {
                    for number in 0..40_000 {
                        tracing::info!(thread, number);
                    }
                });
            });
        }
    });
    assert!(!writer.flush(Duration::from_millis(10)), "the sink takes nothing");
    drop(open);
    assert!(writer.flush(PATIENCE));
    let written =
        lines.text().lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count();
    assert!(written < sent, "more than the bound was kept");
    assert_eq!(u64::try_from(sent - written).unwrap(), writer.dropped());
}

#[test]
fn a_sink_that_panics_costs_its_lines_only() {
    struct Panics(bool);
    impl Write for Panics {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            assert!(self.0, "sink");
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            self.0 = true;
            Ok(())
        }
    }
    let writer = LogWriter::new(Panics(false));
    let layer = JsonLayer::new(writer.clone());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        for _ in 0..2 {
            tracing::info!("x");
            assert!(writer.flush(Duration::from_secs(2)));
        }
    });
    assert_eq!(writer.dropped(), 2);
}
