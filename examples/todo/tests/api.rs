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
