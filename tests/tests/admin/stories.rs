//! The stories of the live page, over HTTP.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::Request;
use futures::FutureExt;
use goldsignal::axum::Boundary;
use goldsignal::emit::LogWriter;
use goldsignal::{Fault, Telemetry, observed, routes};
use goldsignal_tests::in_own_process;
use serde_json::{Value, json};
use tower::{Layer, ServiceExt};

use crate::{ask, send, status};

const LOCAL: &str = "Host: localhost\r\n";

#[derive(Debug, Fault, thiserror::Error)]
#[fault(status = 502, response)]
#[error("no parcel {0}")]
struct NoParcel(u32, #[source] Lost);

#[derive(Debug, thiserror::Error)]
#[error("lost at postgres://app:hunter2@db")]
struct Lost;

#[observed(get = "/parcels/{id}", fields(id, note = "<script>"))]
async fn parcel(Path(id): Path<u32>) -> Result<String, NoParcel> {
    tracing::debug!(shelf = 7, is_open = true, "\"looking\" for {id}");
    weigh(id);
    match id {
        0 => Err(NoParcel(id, Lost)),
        1 => panic!("parcel 1 burst"),
        _ => Ok("here".to_owned()),
    }
}

#[observed]
fn weigh(id: u32) {
    tracing::info!(id, "weighing");
}

fn json(address: SocketAddr, path: &str) -> Value {
    let answer = ask(address, path, LOCAL);
    assert_eq!(status(&answer), "200", "{path}: {answer}");
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

async fn request(app: &Boundary<Router>, id: u32) {
    let request = Request::get(format!("/parcels/{id}")).body(Body::empty()).unwrap();
    let answer = async {
        let response = app.clone().oneshot(request).await.unwrap();
        axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    };
    // Its panic is not the test's.
    let _ = std::panic::AssertUnwindSafe(answer).catch_unwind().await;
}

/// A telemetry that serves its admin listener, and whose log goes nowhere.
fn installed() -> Telemetry {
    let telemetry = Telemetry::builder("stories")
        .admin("127.0.0.1:0".parse::<SocketAddr>().unwrap())
        .log_writer(LogWriter::new(std::io::sink()))
        .build()
        .unwrap();
    telemetry.install().unwrap();
    telemetry
}

#[test]
fn a_story_is_listed_told_and_sent() {
    in_own_process(|| {
        let telemetry = installed();
        let address = telemetry.admin_address().unwrap();
        let app = telemetry.layer().layer(routes![parcel]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let requests = |ids: &[u32]| ids.iter().for_each(|id| runtime.block_on(request(&app, *id)));

        let nothing = json!({ "kept": 0, "dropped": 0, "stories": [] });
        assert_eq!(json(address, "/api/v1/stories"), nothing);
        let stream = send(address, &format!("GET /api/v1/stream HTTP/1.1\r\n{LOCAL}\r\n"));
        let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
        assert!(lines.any(|line| line == "event: snapshot"));
        requests(&[5, 0, 1, 5]);

        let list = json(address, "/api/v1/stories");
        let kinds: Vec<_> = list["stories"]
            .as_array()
            .unwrap()
            .iter()
            .map(|head| (head["id"].clone(), head["outcome"].clone(), head["kind"].clone()))
            .collect();
        let of = |id: &str, outcome: &str| (json!(id), json!(outcome), json!("bad"));
        assert_eq!(kinds, [of("2", "panic"), of("1", "server_error")]);
        assert_eq!(json(address, "/api/v1/snapshot")["stories"]["newest"], "2");

        assert!(lines.any(|line| line == "event: story"));
        let data = lines.next().unwrap();
        let sent: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
        assert_eq!(sent, list["stories"][1]);

        let story = json(address, "/api/v1/stories/1");
        for (name, value) in sent.as_object().unwrap() {
            assert_eq!(&story[name], value, "{name}");
        }
        assert_eq!(
            (&story["method"], &story["endpoint"], &story["status"], &story["events"]),
            (&json!("GET"), &json!("/parcels/{id}"), &json!(502), &json!(3))
        );
        let field = |name: &str, value: Value| json!({ "name": name, "value": value });
        assert_eq!(story["fields"][0], field("note", json!("<script>")));
        let error =
            json!({ "message": "no parcel 0", "causes": ["lost at postgres://[redacted]@db"] });
        assert_eq!(story["error"], error);
        let [looking, weigh, weighing] = &story["entries"].as_array().unwrap()[..] else {
            panic!("{story}");
        };
        assert_eq!(looking["message"], "\"looking\" for 0");
        assert_eq!(
            looking["fields"],
            json!([field("shelf", json!(7)), field("is_open", json!(true))])
        );
        assert_eq!((&looking["level"], &looking["depth"]), (&json!("DEBUG"), &json!(0)));
        assert_eq!(
            (&weigh["kind"], &weigh["outcome"], &weigh["depth"]),
            (&json!("call"), &json!("ok"), &json!(0))
        );
        assert_eq!((&weighing["message"], &weighing["depth"]), (&json!("weighing"), &json!(1)));
        assert!(weigh["at_seconds"].as_f64() <= weighing["at_seconds"].as_f64());
        assert!(looking["location"].as_str().unwrap().starts_with("tests/tests/admin/stories.rs:"));

        let panicked = json(address, "/api/v1/stories/2");
        assert_eq!(panicked["panic"]["message"], "parcel 1 burst");
        let location = panicked["panic"]["location"].as_str().unwrap();
        assert!(location.starts_with("tests/tests/admin/stories.rs:"), "{location}");
        for gone in ["3", "-1", "x", ""] {
            assert_eq!(status(&ask(address, &format!("/api/v1/stories/{gone}"), LOCAL)), "404");
        }
    });
}

#[test]
fn of_many_stories_the_last_are_kept_and_the_others_counted() {
    in_own_process(|| {
        let telemetry = installed();
        let address = telemetry.admin_address().unwrap();
        let app = telemetry.layer().layer(routes![parcel]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        (0..100).for_each(|_| runtime.block_on(request(&app, 0)));
        std::thread::sleep(std::time::Duration::from_millis(1100));
        runtime.block_on(request(&app, 0));
        let list = json(address, "/api/v1/stories");
        assert_eq!((&list["kept"], &list["stories"][0]["id"]), (&json!(64), &json!("101")));
        assert_eq!((&list["stories"][63]["id"], &list["dropped"]), (&json!("2"), &json!(36)));
    });
}
