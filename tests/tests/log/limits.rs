//! Lines that the log leaves out: repeated errors but for a few, and successful ends but for a
//! sampled part. Each is counted. The counts belong to the process.

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use goldsignal::{Fault, Slo, Telemetry, observed, routes, testing};
use goldsignal_tests::{TestLog, in_own_process, in_own_process_async};
use http::Request;
use serde_json::Value;
use tower::{Layer, ServiceExt};

/// A log of this ratio of good ends.
fn logged(ok_ratio: f64) -> TestLog {
    TestLog::build(Telemetry::builder("limits").log_ok_ratio(ok_ratio))
}

#[derive(Debug, Fault)]
#[fault(response)]
enum Failed {
    #[fault(status = 503)]
    Database,
    #[fault(status = 500)]
    Disk,
}

#[observed]
fn fails(how: Failed) -> Result<(), Failed> {
    Err(how)
}

fn suppressed(line: &Value) -> u64 {
    line["suppressed"].as_u64().unwrap_or(0)
}

#[test]
fn repeated_errors_are_told_a_few_times_then_by_their_number() {
    in_own_process(|| {
        let scope = testing::scope();
        let logged = logged(1.0);
        tracing::dispatcher::with_default(&logged.subscriber(), || {
            for _ in 0..1000 {
                let _ = fails(Failed::Database);
            }
            let _ = fails(Failed::Disk);
            let lines = logged.lines();
            let of = |error_type| lines.iter().filter(move |line| line["error_type"] == error_type);
            assert_eq!(of("database").count(), 10);
            assert_eq!(of("disk").count(), 1, "another kind has a rate of its own");

            std::thread::sleep(Duration::from_millis(1100));
            let _ = fails(Failed::Database);
            let _ = fails(Failed::Database);
            let last = logged.lines().pop().unwrap();
            assert_eq!((&last["error_type"], suppressed(&last)), (&"database".into(), 990));

            // The shutdown logs how many were suppressed since.
            logged.telemetry.shutdown();
            let lines = logged.lines();
            let told: u64 = lines.iter().map(suppressed).sum();
            assert_eq!(told, 991);
            assert_eq!(logged.telemetry.log().suppressed(), 991);
            let summary = lines.last().unwrap();
            assert_eq!(summary["message"], "repeated errors were not logged");
            assert_eq!(summary["operation"], "log::limits::fails");
            assert_eq!(
                lines.len() as u64 + told - 1,
                1003,
                "every call is a line or a part of a number"
            );
        });
        let series = [("outcome", "server_error"), ("error_type", "database")];
        scope.assert("function_calls_total", &series, 1002.0);
    });
}

#[observed(fields(suppressed = 99, field.suppressed = 1, r#type = 2))]
fn names_its_own() -> Result<(), Failed> {
    Err(Failed::Disk)
}

#[test]
fn the_number_of_suppressed_lines_is_the_lines_own() {
    in_own_process(|| {
        let logged = logged(1.0);
        tracing::dispatcher::with_default(&logged.subscriber(), || {
            for _ in 0..30 {
                let _ = names_its_own();
            }
            std::thread::sleep(Duration::from_millis(1100));
            let _ = names_its_own();
            let last = logged.lines().pop().unwrap();
            assert_eq!(suppressed(&last), 20);
            assert_eq!((&last["field.suppressed"], &last["type"]), (&1.into(), &2.into()));
        });
    });
}

const FAST: Slo = Slo::new("fast", "Be fast.").latency(99.0, Duration::from_millis(20));

#[observed(get = "/end/{how}", slo = FAST)]
async fn end(Path(how): Path<String>) -> Result<String, Failed> {
    step();
    match how.as_str() {
        "fails" => Err(Failed::Disk),
        "slow" => {
            tokio::time::sleep(Duration::from_millis(40)).await;
            Ok(how)
        }
        _ => Ok(how),
    }
}

#[observed]
fn step() {}

#[tokio::test]
async fn of_good_ends_a_share_of_the_traces_is_told_and_of_others_all() {
    in_own_process_async(async || {
        let scope = testing::scope();
        let logged = logged(0.25);
        let _default = tracing::dispatcher::set_default(&logged.subscriber());
        let app = logged.telemetry.layer().layer(routes![end] as Router);
        let send = async |how: &str, times: usize| {
            for _ in 0..times {
                let request = Request::get(format!("/end/{how}")).body(Body::empty()).unwrap();
                let response = app.clone().oneshot(request).await.unwrap();
                axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
            }
        };
        send("well", 2000).await;
        send("slow", 5).await;
        send("fails", 5).await;

        let lines = logged.lines();
        let mut requests: HashMap<&str, Vec<&Value>> = HashMap::new();
        for line in &lines {
            requests.entry(line["request_id"].as_str().unwrap()).or_default().push(line);
        }
        let of_request = |outcome, slow| {
            let of = move |line: &&Value| {
                line["operation"] == "log::limits::end"
                    && line["outcome"] == outcome
                    && (line["duration_ms"].as_f64().unwrap() >= 40.0) == slow
            };
            lines.iter().filter(of).count()
        };
        assert_eq!(of_request("server_error", false), 5);
        // On a busy machine others are late, too.
        assert!(of_request("ok", true) >= 5);
        let well = of_request("ok", false);
        assert!((400..600).contains(&well), "{well} of 2000");
        // A request in the share has all of its lines, one outside of it has no good end but a late one's.
        for lines in
            requests.values().filter(|lines| lines.iter().any(|line| line["message"] == "step ok"))
        {
            assert_eq!(lines.len(), 2, "{lines:?}");
        }
        // Those of bad and slow requests are told after all, as parts of their stories.
        let is_of_story = |line: &&Value| line["message"] == "step ok" && line["story"].is_u64();
        let of_stories = lines.iter().filter(is_of_story).count() as u64;
        let told = lines.len() as u64;
        assert_eq!(told + logged.telemetry.log().sampled_out(), 2 * 2010 + of_stories);
        scope.assert("http_requests_total", &[("status", "200")], 2005.0);
    })
    .await;
}

#[test]
fn a_ratio_is_a_share() {
    for wrong in [-0.5, 1.5, f64::NAN] {
        let refused = Telemetry::builder("x").log_ok_ratio(wrong).build().unwrap_err().to_string();
        assert!(refused.contains("from 0 to 1"), "{refused}");
    }
}
