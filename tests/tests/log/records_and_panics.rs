//! The log has what does not come through `tracing`: records of the `log` crate, and panics. Each
//! is logged once, within its request.

use std::env;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use goldsignal::{Telemetry, observed, routes};
use goldsignal_tests::{TestLog, in_own_process, in_own_process_async};
use http::Request;
use serde_json::Value;
use tower::{Layer, ServiceExt};

struct Unwritable;

impl std::fmt::Display for Unwritable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("unwritable")
    }
}

#[observed(get = "/log")]
async fn logs() -> &'static str {
    log::error!("from {}\n", "log");
    log::info!(target: "quiet::part", "not taken");
    log::debug!("not taken");
    tracing::info!("from tracing");
    "logged"
}

#[observed(get = "/panic")]
async fn panics() -> &'static str {
    let empty: Vec<u8> = Vec::new();
    std::panic::panic_any(format!("boom {}", empty.len()))
}

#[observed(get = "/value")]
async fn panics_in_a_line() -> &'static str {
    tracing::info!(value = %Unwritable, "never written");
    "unreachable"
}

static BEFORE: AtomicUsize = AtomicUsize::new(0);

#[tokio::test]
async fn each_is_one_line_within_its_request() {
    in_own_process_async(async || {
        let shown = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            BEFORE.fetch_add(1, Ordering::Relaxed);
            shown(info);
        }));
        let test_log = TestLog::new("info,quiet=warn,goldsignal::emit::slow_poll=off");
        let telemetry = &test_log.telemetry;
        telemetry.install().unwrap();
        telemetry.install().unwrap();
        let lines = || test_log.take();
        let app = telemetry.layer().layer(routes![logs, panics, panics_in_a_line] as Router);
        let send = async |path: &'static str| {
            let request = Request::get(path).header("x-request-id", &path[1..]).body(Body::empty());
            let app = app.clone();
            let response = tokio::spawn(app.oneshot(request.unwrap())).await;
            if let Ok(response) = response {
                axum::body::to_bytes(response.unwrap().into_body(), 1024).await.unwrap();
            }
            lines()
        };

        assert!(log::log_enabled!(target: "quiet", log::Level::Warn));
        assert!(!log::log_enabled!(target: "quiet", log::Level::Info));
        assert!(log::max_level() == log::LevelFilter::Info, "others cost nothing");
        let found = send("/log").await;
        let [record, event, closing] = &found[..] else { panic!("{found:?}") };
        assert_eq!(
            (&record["level"], &record["target"]),
            (&"ERROR".into(), &"log::records_and_panics".into())
        );
        assert_eq!(
            (&record["message"], &record["module"]),
            (&"from log\n".into(), &"log::records_and_panics".into())
        );
        assert!(record["line"].as_u64().is_some_and(|line| line > 20));
        assert_eq!(record["function"], "log::records_and_panics::logs");
        assert_eq!(event["message"], "from tracing");
        for line in [record, closing] {
            assert_eq!(line["request_id"], "log");
            assert_eq!(line["trace_id"], closing["trace_id"]);
        }

        for (path, message) in [("/panic", "panicked: boom 0"), ("/value", "panicked: unwritable")]
        {
            let before = BEFORE.load(Ordering::Relaxed);
            let found = send(path).await;
            let [panic, closing] = &found[..] else { panic!("{found:?}") };
            assert_eq!((&panic["level"], &panic["message"]), (&"ERROR".into(), &message.into()));
            assert_eq!(panic["target"], "goldsignal::panic");
            assert_eq!(panic["code.file.path"], file!());
            assert!(panic["code.line.number"].is_u64() && panic["code.column.number"].is_u64());
            assert_eq!(panic["request_id"], path[1..]);
            assert_eq!(
                (&panic["trace_id"], &panic["function"]),
                (&closing["trace_id"], &closing["function"])
            );
            assert_eq!(closing["outcome"], "panic");
            assert_eq!(
                BEFORE.load(Ordering::Relaxed),
                before + 1,
                "the hook before ours is called"
            );
        }

        let _ = std::thread::Builder::new()
            .name("worker".into())
            .spawn(|| std::panic::panic_any(7_u8))
            .unwrap()
            .join();
        let found = lines();
        let [panic] = &found[..] else { panic!("{found:?}") };
        assert_eq!(panic["message"], "panicked: a value that is no text");
        assert_eq!(panic["thread.name"], "worker");
        assert!(panic.get("request_id").is_none());

        let connect = || std::panic::panic_any("no connection to postgres://app:hunter2@db/shop");
        assert!(std::panic::catch_unwind(connect).is_err());
        let found = lines();
        assert!(
            found[0]["message"]
                .as_str()
                .unwrap()
                .starts_with("panicked: no connection to postgres://")
        );
        assert!(!found[0].to_string().contains("hunter2"));
    })
    .await;
}

#[test]
fn a_hook_that_is_set_later_is_called_too() {
    in_own_process(|| {
        static AFTER: AtomicUsize = AtomicUsize::new(0);
        std::panic::set_hook(Box::new(|_| {
            BEFORE.fetch_add(1, Ordering::Relaxed);
        }));
        let test_log = TestLog::new("info");
        test_log.telemetry.install().unwrap();
        let ours = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            AFTER.fetch_add(1, Ordering::Relaxed);
            ours(info);
        }));
        assert!(std::panic::catch_unwind(|| panic!("once")).is_err());
        assert_eq!(test_log.take().len(), 1);
        assert_eq!([&BEFORE, &AFTER].map(|calls| calls.load(Ordering::Relaxed)), [1, 1]);

        // A panic while another unwinds, and one while a thread's values are dropped.
        thread_local! {
            static LAST: PanicsInDrop = const { PanicsInDrop };
        }
        let within = std::thread::spawn(|| {
            LAST.with(|_| ());
            let _within = PanicsInDrop;
            panic!("first")
        });
        assert!(within.join().is_err());
        let lines = test_log.take();
        let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
        assert_eq!(messages, ["panicked: first", "panicked: second", "panicked: second"]);
    });
}

/// Its panic does not leave it.
struct PanicsInDrop;

impl Drop for PanicsInDrop {
    fn drop(&mut self) {
        assert!(std::panic::catch_unwind(|| panic!("second")).is_err());
    }
}

struct PanicLeavesDrop;

impl Drop for PanicLeavesDrop {
    fn drop(&mut self) {
        panic!("second");
    }
}

#[test]
#[ignore = "the process aborts"]
fn a_panic_that_leaves_a_panic() {
    println!();
    let telemetry = Telemetry::builder("aborts").admin(None).build().unwrap();
    telemetry.install().unwrap();
    let _second = PanicLeavesDrop;
    panic!("first");
}

#[test]
fn an_abort_loses_no_line_and_the_stack_is_told_if_asked_for() {
    for (asked, has_stack) in [("1", true), ("0", false)] {
        let mut program = Command::new(env::current_exe().unwrap());
        let test = "records_and_panics::a_panic_that_leaves_a_panic";
        program.args(["--exact", test, "--ignored", "--nocapture"]).env("RUST_BACKTRACE", asked);
        let output = program.output().unwrap();
        assert!(!output.status.success());
        let printed = String::from_utf8(output.stdout).unwrap();
        let lines = printed.lines().filter(|line| line.starts_with('{'));
        let lines: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
        let messages = lines.iter().map(|line| line["message"].as_str().unwrap());
        let messages: Vec<_> = messages.filter(|text| text.starts_with("panicked")).collect();
        assert_eq!(
            messages,
            [
                "panicked: first",
                "panicked: second",
                "panicked: panic in a destructor during cleanup"
            ]
        );
        let first = lines.iter().find(|line| line["message"] == "panicked: first").unwrap();
        assert_eq!(first["code.stacktrace"].is_string(), has_stack);
        if let Some(stack) = first["code.stacktrace"].as_str() {
            assert!(stack.contains("a_panic_that_leaves_a_panic"), "{stack}");
            assert!(!stack.contains("log_panic") && !stack.contains("test_main"), "{stack}");
        }
    }
}
