//! A middleware or handler that continues on another task: it is still one request.

use std::sync::{Arc, Mutex};

use axum::middleware::{Next, from_fn};
use goldsignal::Counter;

use super::*;

/// Lets another task run the rest of the request.
async fn spawned(request: Request<Body>, next: Next) -> Response<Body> {
    tokio::spawn(next.run(request)).await.unwrap()
}

#[derive(goldsignal::Metrics)]
struct Orders {
    /// Orders.
    orders_total: Counter,
}

#[observed(get = "/orders/{id}", fields(id))]
#[goldsignal::business_counter(Orders::orders_total)]
async fn order(Path(id): Path<u32>) -> Result<String, Refused> {
    tracing::info!("in the handler");
    tokio::task::yield_now().await;
    tracing::info!("later in the handler");
    items::find(id).await
}

#[observed(get = "/opaque")]
#[goldsignal::business_counter(Orders::orders_total)]
async fn opaque() -> impl IntoResponse {
    "ordered"
}

/// Three events: two lines of the handler, the closing line of the request, and no other.
fn one_request(scope: &Scope, endpoint: &str) {
    let events = scope.events();
    assert_eq!(events.len(), 3, "{events:#?}");
    assert!(events[0].request_id.is_some(), "{events:#?}");
    assert!(events.iter().all(|event| event.request_id == events[0].request_id), "{events:#?}");
    assert!(events[2].message.contains(endpoint), "{events:#?}");
}

#[tokio::test]
async fn a_spawned_rest_of_a_mounted_handler_is_the_request() {
    for (path, status) in [("/orders/7", "200"), ("/orders/0", "404")] {
        let scope = scope();
        let app = outermost(routes![order].layer(from_fn(spawned)));
        whole(&app, "GET", path).await;
        scope.assert(TOTAL, &[("endpoint", "/orders/{id}"), ("status", status)], 1.0);
        one_request(&scope, "/orders/{id}");
        let message = format!("GET /orders/{{id}} {status}");
        scope.assert_event(&message, &[("id", &path[8..])]);
        scope.assert("orders_total", &[], f64::from(u8::from(status == "200")));
        scope.assert("function_calls_total", &[], 1.0);
        balanced(&scope, 1.0);
    }
}

#[tokio::test]
async fn a_spawned_rest_behind_a_layer_further_in_is_the_request() {
    async fn plain() -> &'static str {
        tracing::info!("in the handler");
        goldsignal::current().record("seen", 1_u64);
        tokio::task::yield_now().await;
        tracing::info!("later in the handler");
        "plain"
    }

    let scope = scope();
    let inner = Router::new().route("/plain/{id}", get(plain)).layer(telemetry().route_layer());
    let app = outermost(Router::new().nest_service("/nested", inner).layer(from_fn(spawned)));
    assert_eq!(whole(&app, "GET", "/nested/plain/1").await, 200);
    one_request(&scope, "/nested/plain/{id}");
    scope.assert_event("GET /nested/plain/{id} 200", &[("seen", "1")]);
    balanced(&scope, 1.0);
}

#[tokio::test]
async fn what_waits_for_the_response_is_decided_for_spawned_work_too() {
    let scope = scope();
    let app = outermost(routes![opaque].layer(from_fn(spawned)));
    assert_eq!(whole(&app, "GET", "/opaque").await, 200);
    scope.assert("orders_total", &[], 1.0);
    balanced(&scope, 1.0);
}

#[tokio::test]
async fn a_spawned_rest_that_rejects_or_finds_nothing_is_counted_once() {
    let scope = scope();
    let app = outermost(routes![order].layer(from_fn(spawned)));
    for (method, path, status, endpoint) in [
        ("GET", "/orders/x", 400, "/orders/{id}"),
        ("PUT", "/orders/7", 405, "/orders/{id}"),
        ("GET", "/none", 404, "_unmatched"),
    ] {
        assert_eq!(whole(&app, method, path).await, status);
        let status = status.to_string();
        scope.assert(TOTAL, &[("endpoint", endpoint), ("status", &status)], 1.0);
    }
    balanced(&scope, 3.0);
}

#[tokio::test]
async fn spawned_work_that_outlives_its_request_changes_nothing() {
    let scope = scope();
    let (go, wait) = tokio::sync::oneshot::channel::<()>();
    let wait = Arc::new(Mutex::new(Some(wait)));
    let late = from_fn(move |request: Request<Body>, next: Next| {
        let wait = wait.lock().unwrap().take();
        async move {
            let rest = async move {
                if let Some(wait) = wait {
                    let _ = wait.await;
                }
                next.run(request).await
            };
            tokio::spawn(rest).await.unwrap()
        }
    });
    let app = outermost(routes![order].layer(late));
    let sent =
        tokio::time::timeout(std::time::Duration::from_millis(10), send(&app, "GET", "/orders/7"));
    assert!(sent.await.is_err());
    scope.assert(TOTAL, &[("endpoint", "_unmatched"), ("outcome", "cancelled")], 1.0);
    go.send(()).unwrap();
    while scope.value("function_calls_total", &[]) != Some(1.0) {
        tokio::task::yield_now().await;
    }
    // The call ended after its request, so it has a closing event of its own.
    scope.assert_event("order ok", &[("id", "7")]);
    let ids: Vec<_> = scope.events().iter().map(|event| event.request_id.clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0] && id.is_some()), "{ids:?}");
    scope.assert("http_requests_in_flight", &[], 0.0);
    scope.assert(TOTAL, &[], 1.0);
}

#[tokio::test]
async fn a_copied_extension_ties_no_other_request() {
    async fn forwarding(request: Request<Body>) -> StatusCode {
        let mut elsewhere = super::request("GET", "/orders/7");
        *elsewhere.extensions_mut() = request.extensions().clone();
        // Another service, that happens to be in this process.
        let other = outermost(routes![order]);
        let answer = async move { other.oneshot(elsewhere).await.unwrap() };
        let answer = tokio::spawn(answer).await.unwrap();
        axum::body::to_bytes(answer.into_body(), 10).await.unwrap();
        StatusCode::OK
    }

    let scope = scope();
    let app = Router::new().route("/forward", get(forwarding)).layer(telemetry().layer());
    let app = outermost(app);
    assert_eq!(whole(&app, "GET", "/forward").await, 200);
    scope.assert(TOTAL, &[("endpoint", "/forward")], 1.0);
    // axum itself puts a matched path that was copied along before the next one.
    scope.assert(TOTAL, &[("endpoint", "/forward/orders/{id}")], 1.0);
    let events = scope.events();
    let closing = |path: &str| events.iter().find(|e| e.message.contains(path)).unwrap();
    assert_ne!(closing("GET /forward 200").request_id, closing("/orders").request_id);
    balanced(&scope, 2.0);
}

/// One task continues two requests: each keeps its own operation.
#[tokio::test]
async fn requests_that_share_a_task_do_not_mix() {
    let scope = scope();
    let pool = Arc::new(Mutex::new(None::<(Request<Body>, Next)>));
    let leader = from_fn(move |request: Request<Body>, next: Next| {
        let pool = Arc::clone(&pool);
        async move {
            if request.uri().path() == "/orders/4" {
                *pool.lock().unwrap() = Some((request, next));
                return std::future::pending().await;
            }
            let (other, rest) = pool.lock().unwrap().take().unwrap();
            let (_, own) = futures::join!(rest.run(other), next.run(request));
            own
        }
    });
    let app = outermost(routes![order, opaque].layer(leader));
    {
        let mut parked = pin!(send(&app, "GET", "/orders/4"));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(parked.as_mut().poll(&mut cx).is_pending());
        assert_eq!(whole(&app, "GET", "/opaque").await, 200);
        let id = ("endpoint", "/orders/{id}");
        scope.assert("http_requests_in_flight", &[id], 1.0);
    }
    scope.assert(TOTAL, &[("endpoint", "/orders/{id}"), ("outcome", "cancelled")], 1.0);
    scope.assert(TOTAL, &[("endpoint", "/opaque"), ("outcome", "ok")], 1.0);
    balanced(&scope, 2.0);
}

/// Spawned, with readers that go away at any time: whatever the schedule, everything that began ends once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_schedule_counts_a_request_twice_or_never() {
    const REQUESTS: u32 = 2000;

    let scope = scope();
    let inner = Router::new().route("/deep", get(async || "x")).layer(telemetry().route_layer());
    let app = routes![order, opaque].nest_service("/nested", inner).layer(from_fn(spawned));
    let app = outermost(app);
    let requests = (0..REQUESTS).map(|number| {
        let (app, handle) = (app.clone(), scope.handle());
        let path =
            ["/orders/7", "/opaque", "/nested/deep", "/orders/0", "/none"][number as usize % 5];
        let patience = number / 5 % 40;
        tokio::spawn(handle.instrument(async move {
            let mut sent = pin!(whole(&app, "GET", path));
            for _ in 0..patience {
                if futures::poll!(sent.as_mut()).is_ready() {
                    return 1;
                }
                tokio::task::yield_now().await;
            }
            0
        }))
    });
    let answered: u32 =
        futures::future::join_all(requests).await.into_iter().map(Result::unwrap).sum();
    // Some never began: they were given up before their first poll.
    let unsent = REQUESTS / 40;
    assert!(answered > 0 && answered < REQUESTS - unsent, "{answered}");
    balanced(&scope, f64::from(REQUESTS - unsent));
    scope.assert("http_request_body_bytes_count", &[], f64::from(REQUESTS - unsent));
    let cut_short = scope.value(TOTAL, &[("outcome", "cancelled")]).unwrap_or_default();
    assert!((cut_short + f64::from(answered) - f64::from(REQUESTS - unsent)).abs() < 0.5);
    // A call that outlives its request ends by itself.
    while scope.value("function_calls_in_flight", &[]) != Some(0.0) {
        tokio::task::yield_now().await;
    }
}
