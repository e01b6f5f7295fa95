//! `/inflight`: what is stuck, and where.

use std::time::Duration;

use goldsignal::expose::admin;
use serde_json::Value;
use tokio::sync::Notify;

use super::*;

static NEVER: Notify = Notify::const_new();

#[observed]
async fn first_lock() {
    NEVER.notified().await;
}

#[observed]
async fn second_lock(depth: u32) {
    tokio::task::yield_now().await;
    if depth == 0 {
        NEVER.notified().await;
    } else {
        Box::pin(second_lock(depth - 1)).await;
    }
}

#[observed(get = "/stuck/{at}")]
async fn stuck(Path(at): Path<String>) {
    match &*at {
        "first" => first_lock().await,
        "second" => second_lock(1).await,
        _ => NEVER.notified().await,
    }
}

#[observed]
async fn job() {
    first_lock().await;
}

async fn asked(scope: &Scope, accept: &str) -> String {
    let app: Router = admin::inflight(scope.registry());
    let mut request = request("GET", "/inflight");
    request.headers_mut().insert("accept", accept.parse().unwrap());
    let response = app.oneshot(request).await.unwrap();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

async fn listing(scope: &Scope) -> Value {
    serde_json::from_str(&asked(scope, "application/json").await).unwrap()
}

/// The functions of the chain, without their module.
fn chain(waiting: &Value) -> Vec<&str> {
    let calls = waiting["calls"].as_array().unwrap().iter();
    let short = |name: &str| name.len() - name.rsplit("::").next().unwrap().len();
    calls.map(|call| call["function"].as_str().unwrap()).map(|name| &name[short(name)..]).collect()
}

#[tokio::test]
async fn each_stuck_handler_is_named_with_the_function_in_which_it_waits() {
    let scope = scope();
    let app = outermost(routes![stuck]);
    let mut tasks = Vec::new();
    for path in ["/stuck/first", "/stuck/second", "/stuck/here"] {
        let app = app.clone();
        let sent = scope.instrument(async move { whole(&app, "GET", path).await });
        tasks.push(tokio::spawn(sent));
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    let task = tokio::spawn(scope.instrument(job()));
    tokio::time::sleep(Duration::from_millis(150)).await;

    let listing = listing(&scope).await;
    assert_eq!(listing["total"], 4, "{listing:#}");
    let waiting = listing["waiting"].as_array().unwrap();
    let chains: Vec<_> = waiting.iter().map(chain).collect();
    let expected: [&[&str]; 4] = [
        &["stuck", "first_lock"],
        &["stuck", "second_lock", "second_lock"],
        &["stuck"],
        &["job", "first_lock"],
    ];
    assert_eq!(chains, expected, "the oldest first: {listing:#}");
    for request in &waiting[..3] {
        assert_eq!(
            (&request["method"], &request["endpoint"]),
            (&"GET".into(), &"/stuck/{at}".into())
        );
        assert!(request["request_id"].is_string() && request["operation"].is_string());
        assert!(request["age_seconds"].as_f64().unwrap() >= 0.1);
    }
    let innermost = &waiting[1]["calls"][2];
    assert!(innermost["location"].as_str().unwrap().contains("inflight.rs:"), "{innermost}");
    assert_eq!(innermost["polls"], 2, "{innermost}");
    assert!(innermost["last_poll_seconds_ago"].as_f64().unwrap() >= 0.1, "{innermost}");

    let labels = [("method", "GET"), ("endpoint", "/stuck/{at}")];
    let oldest = scope.value("http_requests_oldest_in_flight_seconds", &labels).unwrap();
    assert!(oldest >= 0.25, "{oldest}");

    let text = asked(&scope, "*/*").await;
    assert!(text.starts_with("4 waiting"), "{text}");
    assert!(text.contains("in http::inflight::second_lock, 2 polls, last "), "{text}");

    for task in tasks {
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(self::listing(&scope).await["total"], 0);
    scope.assert("http_requests_oldest_in_flight_seconds", &labels, 0.0);
    balanced(&scope, 3.0);
}

#[tokio::test]
async fn a_response_whose_body_does_not_end_says_so() {
    #[observed(get = "/export")]
    async fn export() -> Body {
        let first = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"first"))]);
        Body::from_stream(futures::StreamExt::chain(first, stream::pending()))
    }

    let scope = scope();
    let app = outermost(routes![export]);
    let task = tokio::spawn(scope.instrument(async move { whole(&app, "GET", "/export").await }));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let waiting = listing(&scope).await["waiting"][0].clone();
    assert_eq!(waiting["endpoint"], "/export", "{waiting:#}");
    assert!(waiting["head_after_seconds"].as_f64().unwrap() < 0.2, "{waiting:#}");
    assert_eq!(chain(&waiting), [""; 0], "{waiting:#}");
    assert!(asked(&scope, "*/*").await.contains("its body has not ended"));
    scope.assert("http_requests_oldest_in_flight_seconds", &[], 0.0);
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(listing(&scope).await["total"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_blocks_its_thread_is_named() {
    #[observed(get = "/deadlock", poll_budget = "60s")]
    async fn deadlock() {
        std::thread::sleep(Duration::from_millis(400));
    }

    let scope = scope();
    let app = outermost(routes![deadlock]);
    let sent = scope.instrument(async move { whole(&app, "GET", "/deadlock").await });
    let task = tokio::spawn(sent);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let blocking = listing(&scope).await["blocking"].clone();
    assert_eq!(blocking.as_array().map(Vec::len), Some(1), "{blocking:#}");
    assert_eq!(
        (&blocking[0]["method"], &blocking[0]["endpoint"]),
        (&"GET".into(), &"/deadlock".into())
    );
    assert!(blocking[0]["age_seconds"].as_f64().unwrap() >= 0.1, "{blocking:#}");
    let oldest = scope.value("http_requests_oldest_in_flight_seconds", &[]).unwrap();
    assert!(oldest >= 0.1, "{oldest}");
    assert!(asked(&scope, "*/*").await.contains("in its first poll: it blocks its thread"));
    task.await.unwrap();
    assert_eq!(listing(&scope).await["blocking"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn many_at_one_point_are_counted_and_do_not_hide_others() {
    let scope = scope();
    let app = outermost(routes![stuck]);
    let send = |path: &'static str| {
        let app = app.clone();
        tokio::spawn(scope.instrument(async move { whole(&app, "GET", path).await }))
    };
    let mut tasks: Vec<_> = (0..50).map(|_| send("/stuck/first")).collect();
    tasks.push(send("/stuck/here"));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let listing = listing(&scope).await;
    assert_eq!(listing["total"], 51);
    let waiting = listing["waiting"].as_array().unwrap();
    assert_eq!(waiting.len(), 6, "{listing:#}");
    let others: Vec<_> = waiting.iter().map(|one| one["others_at_same_point"].as_u64()).collect();
    assert_eq!(others.iter().filter(|others| **others == Some(49)).count(), 5);
    assert_eq!(others.iter().filter(|others| **others == Some(0)).count(), 1);
    drop(tasks);
}
