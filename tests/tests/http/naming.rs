//! The names of the OpenTelemetry conventions, and what does not fit them.

use goldsignal::expose::Format;
use goldsignal::{Naming, Slo};

use super::*;

const OTEL: Naming = Naming::OpenTelemetry { url_scheme: "http" };
const DURATION: &str = "http_server_request_duration_seconds_count";

fn otel() -> Telemetry {
    Telemetry::builder("test").naming(OTEL).build().unwrap()
}

const API: Slo = Slo::new("named", "text").availability(99.0);

#[observed(get = "/named/{id}", slo = API)]
async fn named(Path(id): Path<u32>) -> Result<String, Refused> {
    items::find(id).await
}

#[tokio::test]
async fn requests_are_called_as_the_conventions_say() {
    let scope = scope();
    let app = otel().layer().layer(routes![named]);
    for path in ["/named/7", "/named/0", "/named/1", "/none"] {
        whole(&app, "GET", path).await;
    }
    {
        let mut sent = pin!(send(&app, "GET", "/named/3"));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(sent.as_mut().poll(&mut cx).is_pending());
        let active = [("http_request_method", "GET"), ("url_scheme", "http")];
        scope.assert("http_server_active_requests", &active, 1.0);
    }
    let route = ("http_route", "/named/{id}");
    let status = |code| ("http_response_status_code", code);
    for labels in [
        &[route, status("200")][..],
        &[route, status("404")],
        &[route, status("503"), ("error_type", "503")],
        &[route, ("error_type", "cancelled")],
        &[status("404"), ("http_request_method", "GET"), ("url_scheme", "http")],
    ] {
        let expected = if labels.contains(&route) { 1.0 } else { 2.0 };
        scope.assert(DURATION, labels, expected);
        scope.assert("http_server_request_body_size_bytes_count", labels, expected);
    }
    scope.assert(DURATION, &[], 5.0);
    scope.assert("http_server_response_body_size_bytes_count", &[], 4.0);
    scope.assert("http_server_active_requests", &[], 0.0);
    scope.assert("http_response_head_seconds_count", &[route], 3.0);
    scope.assert("slo_events_total", &[("slo", "named-availability"), ("outcome", "good")], 2.0);
    scope.assert("slo_events_total", &[("slo", "named-availability"), ("outcome", "bad")], 1.0);
    scope.assert("function_calls_total", &[], 4.0);
}

#[tokio::test]
async fn labels_that_say_nothing_are_left_out() {
    let scope = scope();
    let app = otel().layer().layer(routes![named]);
    whole(&app, "GET", "/none").await;
    whole(&app, "GET", "/named/7").await;
    let text = scope.registry().encode(Format::Text);
    let lines: Vec<_> = text.lines().filter(|line| line.starts_with(DURATION)).collect();
    let method = "http_request_method=\"GET\"";
    let rest = |code| format!("http_response_status_code=\"{code}\",url_scheme=\"http\"}} 1");
    let expected = [
        format!("{DURATION}{{{method},{}", rest(404)),
        format!("{DURATION}{{{method},http_route=\"/named/{{id}}\",{}", rest(200)),
    ];
    assert!(lines.len() == 2 && expected.iter().all(|e| lines.contains(&e.as_str())), "{text}");
    for name in ["http_requests_total", "http_request_duration", "http_requests_in_flight"] {
        assert!(!text.contains(name), "{name}");
    }
}

#[tokio::test]
async fn what_has_no_convention_keeps_its_name_with_their_labels() {
    let scope = scope();
    let endless =
        get(async || (axum::Extension(goldsignal::axum::Endless), streamed(vec![Ok("abc")])));
    let app = Router::new().route("/endless", endless).layer(otel().layer());
    let app = otel().layer().layer(app);
    let answer = send(&app, "GET", "/endless").await;
    let route = [("http_request_method", "GET"), ("http_route", "/endless")];
    scope.assert("http_streams_in_flight", &route, 1.0);
    scope.assert(DURATION, &route, 1.0);
    axum::body::to_bytes(answer.into_body(), 10).await.unwrap();
    scope.assert("http_streams_in_flight", &route, 0.0);
    scope.assert("http_stream_duration_seconds_count", &route, 1.0);
    let ended = [route[1], ("http_response_status_code", "200")];
    scope.assert("http_server_response_body_size_bytes_sum", &ended, 3.0);
    scope.assert("http_server_response_body_size_bytes_count", &[], 1.0);
}

#[tokio::test]
async fn a_late_switch_is_an_error_that_says_so() {
    let scope = scope();
    let app = outermost(routes![named]);
    Telemetry::builder("test").naming(Naming::Goldsignal).build().unwrap();
    whole(&app, "GET", "/named/7").await;
    let late = Telemetry::builder("test").naming(OTEL).build().unwrap_err().to_string();
    assert!(late.contains("before the first request"), "{late}");
    scope.assert(TOTAL, &[("endpoint", "/named/{id}"), ("outcome", "ok")], 1.0);
}

#[tokio::test]
async fn statuses_past_their_bound_fold_and_are_counted() {
    let scope = scope();
    let status = get(async |Path(code): Path<u16>| StatusCode::from_u16(code).unwrap());
    let app = outermost(Router::new().route("/status/{code}", status).layer(telemetry().layer()));
    for code in 200..230 {
        assert_eq!(whole(&app, "GET", &format!("/status/{code}")).await, code);
    }
    let labels = [("endpoint", "/status/{code}")];
    scope.assert(TOTAL, &labels, 30.0);
    let rest = [labels[0], ("status", "_OTHER"), ("outcome", "ok")];
    scope.assert(TOTAL, &rest, 6.0);
    let folded = [("family", TOTAL), ("label", "status")];
    scope.assert("goldsignal_label_overflow_total", &folded, 6.0);
    scope.assert("goldsignal_label_overflow_total", &[("label", "endpoint")], 0.0);
    balanced(&scope, 30.0);
}
