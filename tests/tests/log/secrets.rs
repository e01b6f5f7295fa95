//! Secrets in every place where a service handles them are in no line, series or span.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use goldsignal::{Fault, Sensitive, Telemetry, current, observed, routes, testing};
use goldsignal_tests::{TestLog, log_lines};
use http::Request;
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler};
use proptest::prelude::*;
use secrecy::SecretString;
use tower::{Layer, ServiceExt};
use tracing_subscriber::layer::SubscriberExt;

/// Every secret has this in it.
const CANARY: &str = "canary-5up3r53cr37";

/// The number of a card. Its type is sensitive.
#[derive(Debug, Hash)]
struct Card(String);

impl Sensitive for Card {}

/// An error that quotes a secret, and is marked as sensitive.
#[derive(Debug, thiserror::Error, Fault)]
#[fault(response)]
enum Refused {
    #[error("password {0} is wrong")]
    #[fault(status = 401)]
    Password(String),
    #[error("cannot log in to postgres://admin:{0}@db")]
    #[fault(status = 503)]
    Database(String),
}

impl Sensitive for Refused {}

/// The error of a driver. It quotes a secret, and is not marked.
fn foreign(secret: &str) -> std::io::Error {
    let database = format!("cannot reach postgres://app:{secret}@db:5432/shop");
    let request =
        format!("{database}: sent authorization: Bearer {secret}, x-api-key=\"{secret}\"");
    std::io::Error::other(format!("{request}: host=db password={secret} sslmode=off"))
}

/// An error with a foreign one as its cause.
#[derive(Debug, thiserror::Error, Fault)]
#[fault(response)]
enum Failed {
    #[error("the query failed")]
    #[fault(status = 503)]
    Driver(#[from] std::io::Error),
}

#[observed(post = "/foreign/{how}")]
async fn query(Path(how): Path<String>) -> Result<(), Failed> {
    let error = foreign(CANARY);
    tracing::error!(%error, "by its text");
    tracing::error!(error = &error as &dyn std::error::Error, "by itself");
    tracing::info_span!("querying", err = ?error)
        .in_scope(|| tracing::warn!(cause = %error, "within"));
    current().record("last_error", error.to_string());
    assert_ne!(how, "panics", "{error}");
    Err(error.into())
}

#[observed(
    post = "/users/{user_id}/{how}",
    fields(
        user_id = hash(user_id),
        password = redacted(body),
        api_key = hash(headers["x-api-key"].to_str().unwrap_or("")),
        card = redacted(Card(body.clone())),
        card_hash = hash(Card(body.clone())),
        secret_key = redacted(SecretString::from(body.clone())),
        length = body.len(),
        shown = %body.len(),
        debug = ?body.len(),
    ),
    ok(|done| answered = done.len()),
    err(|failed| kind = failed.error_type()),
)]
async fn login(
    Path((user_id, how)): Path<(String, String)>,
    Query(_): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    body: String,
) -> Result<String, Refused> {
    let bearer = headers["authorization"].to_str().unwrap_or("").to_owned();
    current().record("session.token", body.clone());
    // An ordinary name that was declared as secret is not a way around it.
    current().record("password", body.clone());
    tracing::info!(has_password = true, token_count = 1234, mfa_enabled = false, password = body, authorization = %bearer, cookie = ?headers["cookie"], "logging in");
    tracing::info!(accessToken = body, clientsecret = %body, jwt = ?body, pwd = body, session_id = body, "otherwise");
    tracing::warn!(user.api_key = body.as_str(), pin = 1234, "x-api-key" = %body, "still logging in");
    let span = tracing::info_span!("hashing", passphrase = body, credentials = ?bearer);
    let step = span.in_scope(|| check(&body, &how));
    match how.as_str() {
        "panics" => panic!("{body}"),
        "database" => Err(Refused::Database(body)),
        _ => step.map(|()| body),
    }
}

/// No argument is captured unless it is named.
#[observed]
fn check(password: &str, how: &str) -> Result<(), Refused> {
    if how == "wrong" { Err(Refused::Password(password.to_owned())) } else { Ok(()) }
}

fn request(path: &str) -> Request<Body> {
    Request::post(format!("{path}?token={CANARY}&q={CANARY}"))
        .header("authorization", format!("Bearer {CANARY}"))
        .header("cookie", format!("session={CANARY}"))
        .header("x-api-key", CANARY)
        .header("referer", format!("http://localhost/?code={CANARY}"))
        .body(Body::from(CANARY))
        .unwrap()
}

#[tokio::test]
async fn no_secret_comes_out_anywhere() {
    let scope = testing::scope();
    let exporter = InMemorySpanExporter::default();
    let builder = Telemetry::builder("canary").log_filter("trace");
    let log = TestLog::build(builder.span_exporter(exporter.clone()).sampler(Sampler::AlwaysOn));
    let telemetry = &log.telemetry;
    let subscriber =
        tracing_subscriber::registry().with(telemetry.log_layer()).with(telemetry.span_layer());
    let _default = tracing::subscriber::set_default(subscriber);
    let app = telemetry.layer().layer(routes![login, query] as Router);
    let statuses = [("well", 200), ("wrong", 401), ("database", 503), ("panics", 0)];
    for (how, status) in statuses {
        let sent = request(&format!("/users/{CANARY}/{how}"));
        let response = tokio::spawn(scope.handle().instrument(app.clone().oneshot(sent))).await;
        let answered = response.map_or(0, |response| response.unwrap().status().as_u16());
        assert_eq!(answered, status, "{how}");
    }
    app.clone().oneshot(request("/foreign/well")).await.unwrap();
    // No route, and a rejected body.
    app.clone().oneshot(request(&format!("/{CANARY}/{CANARY}"))).await.unwrap();

    telemetry.flush_spans();
    let log = log.text();
    let mut spans = exporter.get_finished_spans().unwrap();
    for span in &mut spans {
        // Servers' spans must have the path (OpenTelemetry's conventions), and whoever puts an id into it
        // puts it there. The query, where secrets do travel, is no part of it.
        span.attributes.retain(|attribute| {
            let path = attribute.key.as_str() == "url.path";
            assert!(!path || !attribute.value.as_str().contains('?'), "{attribute:?}");
            !path
        });
    }
    let spans = format!("{spans:#?}");
    let metrics = format!("{:?}", scope.snapshot());
    for (what, text) in [("log", &log), ("spans", &spans), ("metrics", &metrics)] {
        let leaks: Vec<&str> = text.lines().filter(|line| line.contains(CANARY)).collect();
        assert!(leaks.is_empty(), "{what}: {leaks:#?}");
        assert!(text.contains("/users/{user_id}/{how}"), "{what} tell of the requests");
    }

    let lines = log_lines::parse(&log);
    let of = |message: &str| {
        let mut found = lines.iter().filter(|line| line["message"] == message);
        found.next().unwrap_or_else(|| panic!("`{message}` in {log}"))
    };
    let told = of("POST /foreign/{how} 503")["error"].as_str().unwrap();
    let expected = "the query failed: cannot reach postgres://[redacted]@db:5432/shop: sent";
    assert!(told.starts_with(expected) && told.ends_with("sslmode=off"), "{told}");
    let told = of("logging in");
    for name in ["password", "authorization", "cookie"] {
        assert_eq!(told[name], "[redacted]", "{name}");
    }
    for name in ["has_password", "token_count", "mfa_enabled"] {
        assert!(told[name].is_number() || told[name].is_boolean(), "{name}");
    }
    let told = of("still logging in");
    for name in ["user.api_key", "pin", "x-api-key"] {
        assert_eq!(told[name], "[redacted]", "{name}");
    }
    let closing = of("POST /users/{user_id}/{how} 200");
    for name in ["password", "card", "secret_key", "session.token"] {
        assert_eq!(closing[name], "[redacted]", "{name}");
    }
    for name in ["user_id", "api_key", "card_hash"] {
        assert_eq!(closing[name].as_str().map(str::len), Some(16), "{name}");
    }
    // Equal values are told to be equal, under a key: not by a hash that anyone could search.
    assert_eq!(closing["user_id"], of("POST /users/{user_id}/{how} 401")["user_id"]);
    assert_eq!((&closing["length"], &closing["answered"]), (&18.into(), &18.into()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a value, a message or a header contains, an event is one line with the same content.
    #[test]
    fn any_event_is_one_line(
        value in any::<String>(),
        message in "(\\PC|[\n\r\u{0}\u{85}\u{2028}\"\\\\{}])*",
        header in proptest::collection::vec((0x20_u8..=0xff).prop_filter("a header's", |byte| *byte != 0x7f), 0..64),
    ) {
        let log = TestLog::new("info");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        tracing::dispatcher::with_default(&log.subscriber(), || {
            tracing::info!(value, debug = ?value, "na\nme\"" = value, "{message}");
            let app = log.telemetry.layer().layer(Router::new());
            let mut request = Request::get("/").body(Body::empty()).unwrap();
            let header = http::HeaderValue::from_bytes(&header).unwrap();
            for name in ["x-request-id", "traceparent", "tracestate", "user-agent"] {
                request.headers_mut().insert(name, header.clone());
            }
            runtime.block_on(async {
                let response = app.oneshot(request).await.unwrap();
                axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
            });
        });
        let lines = log.lines();
        prop_assert_eq!(lines.len(), 2, "{:?}", lines);
        prop_assert_eq!(&lines[0]["value"], &value);
        prop_assert_eq!(&lines[0]["na\nme\""], &value);
        prop_assert_eq!(&lines[0]["message"], &message);
    }
}
