//! Routes past the bound of endpoints share one endpoint, and are counted.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use goldsignal::Telemetry;
use goldsignal::testing::scope;
use goldsignal_tests::in_own_process_async;
use tower::ServiceExt;

/// The most distinct values that goldsignal counts apart.
const BOUND: u32 = 4096;
const MORE: u32 = 10;

#[tokio::test]
async fn routes_past_the_bound_are_one_endpoint() {
    in_own_process_async(async || {
        let scope = scope();
        let app = (0..BOUND + MORE)
            .fold(Router::new(), |app, n| app.route(&format!("/r{n}/{{id}}"), get(async || "x")))
            .layer(Telemetry::builder("test").build().unwrap().layer());
        for round in 0..2 {
            for n in 0..BOUND + MORE {
                let request = Request::get(format!("/r{n}/{round}")).body(Body::empty()).unwrap();
                let answer = app.clone().oneshot(request).await.unwrap();
                assert_eq!(answer.status(), StatusCode::OK);
                axum::body::to_bytes(answer.into_body(), 10).await.unwrap();
            }
        }
        let all = f64::from(2 * (BOUND + MORE));
        let rest = f64::from(2 * MORE);
        scope.assert("http_requests_total", &[], all);
        scope.assert("http_requests_total", &[("endpoint", "/r0/{id}")], 2.0);
        let folded = [("method", "_OTHER"), ("endpoint", "_OTHER")];
        scope.assert("http_requests_total", &folded, rest);
        scope.assert("http_requests_in_flight", &[], 0.0);
        let overflow = [("family", "http_requests_total"), ("label", "endpoint")];
        scope.assert("goldsignal_label_overflow_total", &overflow, rest);
    })
    .await;
}
