//! The API on an embedded database, and again on PostgreSQL where `TODO_TEST_POSTGRES` names one.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use goldsignal::Telemetry;
use goldsignal::testing::scope;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use todo::store::Store;
use tower::{Layer, ServiceExt};

struct Service<S> {
    app: S,
    user: String,
}

/// The status and the body of one answer.
type Answer = (StatusCode, Value);

/// Runs the whole API on `store`, under a user of its own.
async fn whole_api(store: Store, user: &str) {
    let scope = scope();
    let telemetry = Telemetry::builder("todo").build().unwrap();
    let app: Router = todo::app(store);
    let service = Service { app: telemetry.layer().layer(app), user: user.to_owned() };
    let request = async |method: &str, path: &str, body: Option<Value>| -> Answer {
        let uri = format!("/api/{}/tasks{path}", service.user);
        let asked = Request::builder().method(method).uri(uri);
        let asked = asked.header(header::CONTENT_TYPE, "application/json");
        let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
        let answer = service.app.clone().oneshot(asked.body(body).unwrap()).await.unwrap();
        let status = answer.status();
        if status.as_u16() >= 400 && status != StatusCode::METHOD_NOT_ALLOWED {
            assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
        }
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    };

    let (status, created) = request("POST", "", Some(json!({"title": " Write "}))).await;
    assert_eq!((status, &created["title"]), (StatusCode::CREATED, &json!("Write")));
    let one = format!("/{}", created["id"]);
    let described = json!({"title": "b", "description": "c"});
    assert_eq!(request("POST", "", Some(described)).await.0, StatusCode::CREATED);
    assert_eq!(request("GET", "", None).await.1.as_array().unwrap().len(), 2);
    for (query, found) in [("?search=WRIT", 1), ("?search=C", 1), ("?search=%25", 0), ("?x=1", 2)] {
        let (status, tasks) = request("GET", query, None).await;
        assert_eq!((status, tasks.as_array().unwrap().len()), (StatusCode::OK, found), "{query}");
    }
    for query in ["?search=", "?search=a&search=b"] {
        assert_eq!(request("GET", query, None).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(request("GET", &one, None).await, (StatusCode::OK, created));
    let (status, changed) = request("PATCH", &one, Some(json!({"description": "d"}))).await;
    assert_eq!((status, &changed["description"]), (StatusCode::OK, &json!("d")));
    assert_eq!(changed["title"], "Write");
    let complete = format!("{one}/complete");
    let (status, completed) = request("POST", &complete, None).await;
    assert_eq!((status, &completed["completed"]), (StatusCode::OK, &json!(true)));
    assert_eq!(request("POST", &complete, None).await.0, StatusCode::CONFLICT);
    assert_eq!(request("DELETE", &one, None).await.0, StatusCode::NO_CONTENT);
    for (method, path) in [("GET", &one), ("DELETE", &one), ("POST", &complete)] {
        assert_eq!(request(method, path, None).await.0, StatusCode::NOT_FOUND, "{method} {path}");
    }
    let (status, problem) = request("POST", "", Some(json!({"title": ""}))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((&problem["status"], &problem["error_type"]), (&json!(422), &json!("invalid")));
    assert_eq!(request("POST", "", Some(json!({"titel": "x"}))).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(request("GET", "/x", None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(request("PUT", "", None).await.0, StatusCode::METHOD_NOT_ALLOWED);

    scope.assert("tasks_created_total", &[("described", "false")], 1.0);
    scope.assert("tasks_created_total", &[("described", "true")], 1.0);
    scope.assert("tasks_completed_total", &[], 1.0);
    scope.assert("http_requests_total", &[("status", "409")], 1.0);
    scope.assert("http_requests_total", &[("status", "503")], 0.0);
    scope.assert("http_requests_in_flight", &[], 0.0);
    scope.assert_event("POST /api/{user_id}/tasks 422", &[("error_type", "invalid")]);
    scope.assert_event("POST /api/{user_id}/tasks 201", &[("title_len", "7")]);
    let sent = scope.value("http_requests_total", &[]).unwrap();
    scope.assert("slo_events_total", &[("slo", "api-availability")], sent - 1.0);
}

#[tokio::test]
async fn on_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("todo.db");
    let store = Store::open(file.to_str().unwrap()).await.unwrap();
    whole_api(store.clone(), "ada").await;
    assert_eq!(store.count_pending().await.unwrap(), 1);
    store.close().await;
    assert!(file.exists(), "the file is made at first start");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: run tests/run postgres"]
async fn on_postgres() {
    let url = std::env::var("TODO_TEST_POSTGRES").expect("the address of a PostgreSQL server");
    let user = format!("user-{}", std::process::id());
    whole_api(Store::open(&url).await.unwrap(), &user).await;
}

/// A database that fails is the service's fault, and its words stay inside.
#[tokio::test]
async fn a_failing_database_is_told_without_its_words() {
    let scope = scope();
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path().join("todo.db").to_str().unwrap()).await.unwrap();
    store.close().await;
    let telemetry = Telemetry::builder("todo").build().unwrap();
    let app = telemetry.layer().layer(todo::app(store));
    let request = Request::builder().uri("/api/ada/tasks").body(Body::empty()).unwrap();
    let answer = app.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let body = String::from_utf8(body.to_vec()).unwrap();
    assert!(!body.contains("pool"), "{body}");
    scope.assert("slo_events_total", &[("slo", "api-availability"), ("outcome", "bad")], 1.0);
    let labels = [("status", "503"), ("outcome", "server_error")];
    scope.assert("http_requests_total", &labels, 1.0);
}

/// Sends a report of web vitals to a service of its own.
async fn report(content_type: &str, body: impl Into<Body>) -> (StatusCode, Value) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path().join("todo.db").to_str().unwrap()).await.unwrap();
    let telemetry = Telemetry::builder("todo").build().unwrap();
    let app = telemetry.layer().layer(todo::app(store));
    let request = Request::post("/web-vitals").header(header::CONTENT_TYPE, content_type);
    let answer = app.oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let status = answer.status();
    if status != StatusCode::NO_CONTENT {
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
    }
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

fn vital(metric: &str, value: f64, rating: &str) -> Value {
    json!({"metric": metric, "value": value, "rating": rating})
}

#[tokio::test]
async fn web_vitals_are_counted_by_page_and_rating() {
    let scope = scope();
    let vitals = [
        vital("lcp", 2.5, "good"),
        vital("inp", 0.201, "needs-improvement"),
        vital("ttfb", 0.0, "good"),
        vital("cls", 0.3, "poor"),
    ];
    let body = json!({"page": "/u/[user]", "vitals": vitals});
    let answer = report("application/json", body.to_string()).await;
    assert_eq!(answer, (StatusCode::NO_CONTENT, Value::Null));
    let slow = json!({"page": "/", "vitals": [vital("lcp", 4.001, "poor")]});
    assert_eq!(report("application/json", slow.to_string()).await.0, StatusCode::NO_CONTENT);

    let on_tasks = ("page", "/u/[user]");
    for (vital, rating) in
        [("lcp", "good"), ("inp", "needs_improvement"), ("ttfb", "good"), ("cls", "poor")]
    {
        let labels = [("vital", vital), on_tasks, ("rating", rating)];
        scope.assert("web_vitals_total", &labels, 1.0);
    }
    scope.assert("web_vitals_total", &[], 5.0);
    scope.assert("web_vital_lcp_seconds_sum", &[on_tasks], 2.5);
    scope.assert("web_vital_lcp_seconds_count", &[on_tasks], 1.0);
    scope.assert("web_vital_inp_seconds_sum", &[on_tasks], 0.201);
    scope.assert("web_vital_ttfb_seconds_count", &[on_tasks], 1.0);
    scope.assert("web_vital_cls_ratio_sum", &[on_tasks], 0.3);
    for (outcome, events) in [("good", 1.0), ("bad", 1.0)] {
        let labels = [("slo", "pages-availability"), ("outcome", outcome)];
        scope.assert("slo_events_total", &labels, events);
    }
    let labels = [("endpoint", "/web-vitals"), ("status", "204"), ("outcome", "ok")];
    scope.assert("http_requests_total", &labels, 2.0);
}

#[tokio::test]
async fn hostile_web_vitals_are_refused_whole() {
    let scope = scope();
    let good = vital("ttfb", 0.1, "good");
    let with = |vital: Value| json!({"page": "/", "vitals": [good, vital]}).to_string();
    let raw = |value: &str| {
        format!(r#"{{"page":"/","vitals":[{{"metric":"lcp","value":{value},"rating":"poor"}}]}}"#)
    };
    let refused = [
        (422, with(vital("lcp", -0.001, "good"))),
        (422, with(vital("lcp", 600.1, "poor"))),
        (422, with(vital("cls", 1e300, "poor"))),
        (422, with(vital("lcp", 1.0, "poor"))),
        (422, with(vital("lcp", 5.0, "good"))),
        (422, with(vital("fid", 1.0, "good"))),
        (422, with(vital("lcp", 1.0, "excellent"))),
        (422, with(vital("ttfb", 0.2, "good"))),
        (422, with(json!({"metric": "lcp", "value": "1", "rating": "good"}))),
        (422, with(json!({"metric": "lcp", "value": 1, "rating": "good", "user": "ada"}))),
        (422, with(json!({"metric": "lcp", "rating": "good"}))),
        (422, json!({"page": "/u/ada", "vitals": [good]}).to_string()),
        (422, json!({"page": "/", "vitals": []}).to_string()),
        (422, json!({"page": "/", "vitals": {}}).to_string()),
        (422, json!({"vitals": [good]}).to_string()),
        (422, raw("null")),
        (422, "[]".to_owned()),
        (400, raw("NaN")),
        (400, raw("1e999")),
        (400, String::new()),
        (400, "{".to_owned()),
        (413, format!("{{{}", " ".repeat(4096))),
    ];
    for (status, body) in refused {
        let (answered, problem) = report("application/json", body.clone()).await;
        assert_eq!((answered.as_u16(), &problem["status"]), (status, &json!(status)), "{body}");
    }
    let body = json!({"page": "/", "vitals": [good]}).to_string();
    let (status, problem) = report("text/plain", body).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(problem["error_type"], "not_json");

    scope.assert("web_vitals_total", &[], 0.0);
    assert_eq!(scope.value("web_vital_ttfb_seconds_count", &[]), None);
    scope.assert("slo_events_total", &[("slo", "pages-availability")], 0.0);
    scope.assert("http_requests_in_flight", &[], 0.0);
}
