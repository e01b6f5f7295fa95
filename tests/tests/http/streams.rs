//! Bodies without an end: the request ends with its head, and the stream is an observation of its
//! own.

use axum::Extension;
use axum::response::sse::{Event, Sse};
use futures::{Stream, StreamExt};
use goldsignal::axum::Endless;
use tokio::sync::mpsc;

use super::*;

const IN_FLIGHT: &str = "http_streams_in_flight";
const DURATION: &str = "http_stream_duration_seconds_count";

/// A stream of the items that are sent; it logs each one that it yields.
fn following(
    mut from: mpsc::Receiver<Result<&'static str, &'static str>>,
) -> impl Stream<Item = Result<&'static str, &'static str>> {
    stream::poll_fn(move |cx| {
        let next = std::task::ready!(from.poll_recv(cx));
        tracing::info!("hands on {next:?}");
        assert_ne!(next, Some(Ok("panic")), "as asked");
        Poll::Ready(next)
    })
}

/// An application with one endless body of each kind, and the senders of their items.
fn app() -> (Boundary<Router>, mpsc::Sender<Result<&'static str, &'static str>>) {
    let (give, take) = mpsc::channel(8);
    let take = std::sync::Arc::new(std::sync::Mutex::new(Some(take)));
    let events = get(async move || {
        let events = following(take.lock().unwrap().take().unwrap());
        Sse::new(events.map(|text| text.map(|text| Event::default().data(text))))
    });
    let app = Router::new().route("/events", events).layer(telemetry().layer());
    (outermost(app), give)
}

/// The request has ended, and its stream continues.
#[track_caller]
fn ended_by_its_head(scope: &Scope, endpoint: &str) {
    let labels = [("endpoint", endpoint)];
    scope.assert(TOTAL, &[labels[0], ("status", "200"), ("outcome", "ok")], 1.0);
    scope.assert("http_requests_in_flight", &labels, 0.0);
    scope.assert(IN_FLIGHT, &labels, 1.0);
    assert_eq!(scope.value(DURATION, &labels), None);
    assert_eq!(scope.value("http_response_body_bytes_count", &labels), None);
}

/// The stream has ended so.
#[track_caller]
fn ended(scope: &Scope, endpoint: &str, outcome: &str) {
    let labels = [("endpoint", endpoint)];
    scope.assert(IN_FLIGHT, &labels, 0.0);
    scope.assert(DURATION, &labels, 1.0);
    scope.assert("http_response_body_bytes_count", &labels, 1.0);
    scope.assert(TOTAL, &[], 1.0);
    let message = format!("GET {endpoint} stream {outcome}");
    scope.assert_event(&message, &[("outcome", outcome), ("status", "200")]);
    let ids: Vec<_> = scope.events().into_iter().map(|event| event.request_id).collect();
    assert!(ids.iter().all(|id| id.is_some() && *id == ids[0]), "{ids:?}");
}

#[tokio::test]
async fn events_that_end() {
    let scope = scope();
    let (app, give) = app();
    let answer = send(&app, "GET", "/events").await;
    ended_by_its_head(&scope, "/events");
    scope.assert("http_request_duration_seconds_count", &[("endpoint", "/events")], 1.0);
    give.send(Ok("one")).await.unwrap();
    drop(give);
    let bytes = axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
    ended(&scope, "/events", "ok");
    #[expect(clippy::cast_precision_loss, reason = "a hundred bytes")]
    scope.assert("http_response_body_bytes_sum", &[], bytes.len() as f64);
}

#[tokio::test]
async fn events_whose_reader_goes_away_are_no_warning() {
    let scope = scope();
    let (app, give) = app();
    let mut body = send(&app, "GET", "/events").await.into_body().into_data_stream();
    give.send(Ok("one")).await.unwrap();
    assert!(body.next().await.unwrap().is_ok());
    ended_by_its_head(&scope, "/events");
    drop(body);
    ended(&scope, "/events", "aborted");
    assert_eq!(scope.events().last().unwrap().level, tracing::Level::INFO);
}

#[tokio::test]
async fn events_that_fail_are_a_warning() {
    let scope = scope();
    let (app, give) = app();
    let body = send(&app, "GET", "/events").await.into_body();
    give.send(Err("broken")).await.unwrap();
    assert!(axum::body::to_bytes(body, 100).await.is_err());
    ended(&scope, "/events", "aborted");
    let last = scope.events().pop().unwrap();
    assert_eq!((last.level, last.field("error_type")), (tracing::Level::WARN, Some("body_error")));
}

#[tokio::test]
async fn events_that_panic() {
    let scope = scope();
    let (app, give) = app();
    let body = send(&app, "GET", "/events").await.into_body();
    give.send(Ok("panic")).await.unwrap();
    let read = AssertUnwindSafe(axum::body::to_bytes(body, 100));
    assert!(futures::FutureExt::catch_unwind(read).await.is_err());
    ended(&scope, "/events", "panic");
    assert_eq!(scope.events().last().unwrap().level, tracing::Level::ERROR);
}

#[tokio::test]
async fn the_head_of_events_is_a_request_like_any_other() {
    let scope = scope();
    let (app, _give) = app();
    whole(&app, "HEAD", "/events").await;
    assert_eq!(scope.value(IN_FLIGHT, &[]), None);
    balanced(&scope, 1.0);
}

#[tokio::test]
async fn an_application_marks_what_has_no_end() {
    async fn marked() -> impl IntoResponse {
        (Extension(Endless), streamed(vec![Ok("a"), Ok("b")]))
    }

    let scope = scope();
    let app = outermost(Router::new().route("/marked", get(marked)).layer(telemetry().layer()));
    let answer = send(&app, "GET", "/marked").await;
    ended_by_its_head(&scope, "/marked");
    axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
    ended(&scope, "/marked", "ok");
    scope.assert("http_response_body_bytes_sum", &[], 2.0);
}

#[observed(get = "/long/{kind}", long)]
async fn long(Path(kind): Path<String>) -> Response<Body> {
    match kind.as_str() {
        "stream" => streamed(vec![Ok("a"), Ok("b")]).into_response(),
        _ => "short".into_response(),
    }
}

#[tokio::test]
async fn a_long_handlers_stream_has_no_end_and_its_text_has_one() {
    let scope = scope();
    let app = outermost(routes![long]);
    assert_eq!(whole(&app, "GET", "/long/text").await, 200);
    assert_eq!(scope.value(IN_FLIGHT, &[]), None);
    let answer = send(&app, "GET", "/long/stream").await;
    scope.assert(IN_FLIGHT, &[("endpoint", "/long/{kind}")], 1.0);
    axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
    scope.assert(IN_FLIGHT, &[], 0.0);
    scope.assert(DURATION, &[], 1.0);
    scope.assert("function_long_duration_seconds_count", &[], 2.0);
    assert_eq!(scope.value("http_request_duration_seconds_count", &[]), None);
    assert_eq!(scope.value("http_response_head_seconds_count", &[]), None);
    balanced(&scope, 2.0);
}

#[tokio::test]
async fn calls_and_fields_of_a_stream_are_its_own() {
    #[observed]
    fn next() -> &'static str {
        goldsignal::current().record("nested", true);
        "x"
    }

    let scope = scope();
    let body = get(async || {
        let pieces = stream::iter([(), ()]).map(|()| {
            goldsignal::current().record("seen", true);
            Ok::<_, Infallible>(next())
        });
        (Extension(Endless), Body::from_stream(pieces))
    });
    let app = outermost(Router::new().route("/", body).layer(telemetry().layer()));
    whole(&app, "GET", "/").await;
    scope.assert("function_calls_total", &[], 2.0);
    scope.assert_event("GET / stream ok", &[("seen", "true")]);
    scope.assert_event("next ok", &[("nested", "true")]);
    let ids: Vec<_> = scope.events().into_iter().map(|event| event.request_id).collect();
    assert!(ids.len() == 4 && ids.iter().all(|id| id.is_some() && *id == ids[0]), "{ids:?}");
}
