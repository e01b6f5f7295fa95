//! The log has what does not come through `tracing`: records of the `log` crate, and panics. Each
//! is logged once, within its request.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use goldsignal::{observed, routes};
use goldsignal_tests::{TestLog, in_own_process_async};
use http::Request;
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
        let test_log = TestLog::new("info,quiet=warn");
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
