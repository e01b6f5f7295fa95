//! The live page's JSON: its figures are those of a scrape, and only those who may see it do.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Path;
use axum::http::Request;
use axum::{Router, routing};
use goldsignal::axum::Boundary;
use goldsignal::expose::Format;
use goldsignal::expose::admin::{Admin, Readiness};
use goldsignal::record::visit::{Readable, Source};
use goldsignal::testing::{self, Scope};
use goldsignal::{Counter, Gauge, Histogram, Labels, Metrics, Slo, Telemetry, observed, routes};
use goldsignal_tests::items::{self, Refused};
use goldsignal_tests::{in_own_process, wait_for};
use serde_json::Value;
use tower::{Layer, ServiceExt};

use crate::{ask, send, start, status};

const LOCAL: &str = "Host: localhost\r\n";

const ITEMS: Slo = Slo::new("items", "# Items\n\nAsk the team of items.").availability(99.0);

#[observed(get = "/page/items/{id}", slo = ITEMS)]
async fn page_item(Path(id): Path<u32>) -> Result<String, Refused> {
    items::find(id).await
}

/// Metrics of a shop.
#[derive(Metrics)]
struct Shop {
    /// Things that were sold.
    things_sold_total: Counter<Sold<'static>>,
    /// How full the store is.
    store_fill_ratio: Gauge,
    /// How long parcels waited.
    parcel_wait_seconds: Histogram,
}

#[derive(Labels)]
struct Sold<'a> {
    #[label(budget = 60)]
    what: &'a str,
}

/// A route whose template is hostile.
const HOSTILE: &str = "/hostile/{<script>alert(1)<!--\u{202e}\"'}";

fn app() -> Boundary<Router> {
    let telemetry = Telemetry::builder("page").build().unwrap();
    let hostile = Router::new().route(HOSTILE, routing::get(async || "here"));
    let hostile = hostile.layer(telemetry.route_layer());
    telemetry.layer().layer(routes![page_item].merge(hostile))
}

async fn request(app: &Boundary<Router>, path: &str) {
    let request = Request::builder().uri(path).body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
}

/// A service with some past, and its page.
async fn running(token: Option<&str>) -> (Scope, Boundary<Router>, Admin) {
    let scope = testing::scope();
    let app = app();
    for id in [0, 0, 1, 7, 8, 9, 10] {
        request(&app, &format!("/page/items/{id}")).await;
    }
    request(&app, "/nowhere").await;
    let admin = start(scope.registry(), &Readiness::default(), token);
    (scope, app, admin)
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

fn json(address: SocketAddr, path: &str) -> Value {
    let answer = ask(address, path, LOCAL);
    assert_eq!(status(&answer), "200", "{path}: {answer}");
    assert_eq!(body(&answer).trim_end().lines().count(), 1, "one line, for the stream");
    serde_json::from_str(body(&answer)).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// The sum of the samples of a scrape that have these labels.
fn scraped(scrape: &str, name: &str, labels: &[&str]) -> f64 {
    let of_name = scrape.lines().filter(|line| {
        line.strip_prefix(name).is_some_and(|rest| rest.starts_with('{') || rest.starts_with(' '))
    });
    let matching = of_name.filter(|line| labels.iter().all(|label| line.contains(label)));
    matching.map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
}

/// The figures of a snapshot that a scrape also has: each with its value, and with that of the scrape.
fn figures(snapshot: &Value, scrape: &str) -> Vec<(String, f64, f64)> {
    let mut found = Vec::new();
    let mut put =
        |name: String, value: &Value, expected: f64| found.push((name, number(value), expected));
    let outcomes: [(&str, &[&str]); 4] = [
        ("total", &["ok", "client_error", "server_error", "panic", "cancelled", "aborted"]),
        ("server_errors", &["server_error", "panic"]),
        ("client_errors", &["client_error"]),
        ("cancelled", &["cancelled", "aborted"]),
    ];
    let sum = |at: &[&str], outcomes: &[&str]| -> f64 {
        let one = |outcome: &&str| {
            let outcome = format!("outcome=\"{outcome}\"");
            scraped(scrape, "http_requests_total", &[at, &[outcome.as_str()]].concat())
        };
        outcomes.iter().map(one).sum()
    };
    for (member, outcomes) in outcomes {
        put(member.to_owned(), &snapshot["requests"][member], sum(&[], outcomes));
        for endpoint in snapshot["endpoints"].as_array().unwrap() {
            let path = endpoint["endpoint"].as_str().unwrap();
            let labels = [
                format!("method=\"{}\"", endpoint["method"].as_str().unwrap()),
                format!("endpoint=\"{path}\""),
            ];
            let labels = labels.each_ref().map(String::as_str);
            put(format!("{member} of {path}"), &endpoint[member], sum(&labels, outcomes));
        }
    }
    for function in snapshot["functions"].as_array().unwrap() {
        let name = function["name"].as_str().unwrap();
        let label = format!("function=\"{name}\"");
        let failed = ["server_error", "error", "panic"].map(|outcome| {
            let outcome = format!("outcome=\"{outcome}\"");
            scraped(scrape, "function_calls_total", &[&label, &outcome])
        });
        put(format!("errors of {name}"), &function["errors"], failed.iter().sum());
        put(
            format!("calls of {name}"),
            &function["total"],
            scraped(scrape, "function_calls_total", &[&label]),
        );
    }
    for objective in snapshot["objectives"].as_array().unwrap() {
        let kind = objective["kind"].as_str().unwrap();
        let label = format!("slo=\"{}-{kind}\"", objective["name"].as_str().unwrap());
        let good = scraped(scrape, "slo_events_total", &[&label, "outcome=\"good\""]);
        let all = scraped(scrape, "slo_events_total", &[&label]);
        put(format!("good {kind}"), &objective["good"], good);
        put(format!("all {kind}"), &objective["total"], all);
    }
    for metric in snapshot["metrics"].as_array().unwrap() {
        let name = metric["name"].as_str().unwrap();
        for series in metric["series"].as_array().unwrap() {
            let labels = series["labels"].as_object().unwrap().iter();
            let labels: Vec<_> = labels.map(|(name, value)| format!("{name}={value}")).collect();
            let labels: Vec<_> = labels.iter().map(String::as_str).collect();
            let suffix = if metric["kind"] == "histogram" { "_count" } else { "" };
            let expected = scraped(scrape, &format!("{name}{suffix}"), &labels);
            put(format!("{name} {labels:?}"), &series["value"], expected);
        }
    }
    found
}

#[tokio::test]
async fn a_snapshot_at_rest_has_the_figures_of_a_scrape() {
    let (scope, app, admin) = running(None).await;
    let waiting = tokio::spawn(async move { request(&app, "/page/items/3").await });
    while scope.value("http_requests_in_flight", &[]) != Some(1.0) {
        tokio::task::yield_now().await;
    }
    for what in ["tea", "tea", "a \\ \"quoted\" thing"] {
        Shop::get().things_sold_total.inc(Sold { what });
    }
    Shop::get().store_fill_ratio.set(0.25);
    Shop::get().parcel_wait_seconds.observe(3.5);
    let snapshot = json(admin.address(), "/api/v1/snapshot");
    let scrape = scope.registry().encode(Format::Text);
    let figures = figures(&snapshot, &scrape);
    for (name, value, expected) in &figures {
        assert!((value - expected).abs() < 1e-9, "{name} is {value}, and {expected} in {scrape}");
    }
    let named = |part: &str| figures.iter().find(|(name, ..)| name.contains(part)).unwrap().1;
    for (part, value) in [
        ("total", 8.0),
        ("server_errors", 1.0),
        ("client_errors", 3.0),
        ("calls of", 7.0),
        ("errors of", 1.0),
        ("good availability", 6.0),
        ("things_sold_total [\"what=\\\"tea", 2.0),
        ("store_fill_ratio", 0.25),
        ("parcel_wait_seconds", 1.0),
    ] {
        assert!((named(part) - value).abs() < 1e-9, "{part} in {figures:?}");
    }
    assert_eq!(snapshot["api"], 1);
    assert_eq!(snapshot["requests"]["in_flight"], 1);
    waiting.abort();
    let objectives = snapshot["objectives"].as_array().unwrap();
    let objective = objectives.iter().find(|objective| objective["name"] == "items").unwrap();
    assert_eq!(
        (&objective["target"], &objective["description"]),
        (&0.99.into(), &"Ask the team of items.".into())
    );
    assert!(
        (number(&objective["budget_left"]) - (1.0 - 1.0 / 7.0 / 0.01)).abs() < 1e-5,
        "{objective}"
    );
    let endpoints = snapshot["endpoints"].as_array().unwrap();
    let item =
        endpoints.iter().find(|endpoint| endpoint["endpoint"] == "/page/items/{id}").unwrap();
    assert!(item["operation"].as_str().unwrap().ends_with("page_item"), "{item}");
    assert!(item["location"].as_str().unwrap().contains("page.rs:"), "{item}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_under_load_lies_between_two_scrapes() {
    static STOPPED: AtomicBool = AtomicBool::new(false);
    let (scope, app, admin) = running(None).await;
    let (address, registry) = (admin.address(), scope.registry());
    let load = tokio::spawn(async move {
        let mut id = 0;
        while !STOPPED.load(Ordering::Relaxed) {
            id += 1;
            request(&app, &format!("/page/items/{}", [0, 1, 4, 5][id % 4])).await;
        }
    });
    let compared = tokio::task::spawn_blocking(move || {
        let mut compared = 0;
        for _ in 0..10 {
            let before = registry.encode(Format::Text);
            let snapshot = json(address, "/api/v1/snapshot");
            let after = registry.encode(Format::Text);
            let (least, most) = (figures(&snapshot, &before), figures(&snapshot, &after));
            for ((name, value, least), (_, _, most)) in least.iter().zip(&most) {
                assert!(least <= value && value <= most, "{name}: {least} <= {value} <= {most}");
                compared += usize::from(least < most);
            }
        }
        compared
    });
    let compared = compared.await.unwrap();
    STOPPED.store(true, Ordering::Relaxed);
    load.await.unwrap();
    assert!(compared > 0, "there was no load");
}

#[tokio::test]
async fn hostile_paths_and_values_are_text() {
    let (_scope, app, admin) = running(None).await;
    request(&app, "/hostile/1").await;
    let hostile = "</script>\u{202e}\u{2028}\"\\\0";
    let long = "x".repeat(1 << 20);
    for what in [hostile, &long] {
        Shop::get().things_sold_total.inc(Sold { what });
    }
    let answer = ask(admin.address(), "/api/v1/snapshot", LOCAL);
    let text = body(&answer);
    assert!(!text.contains(['\u{202e}', '\u{2028}', '\0']), "{text}");
    assert!(text.len() < 100_000, "{} bytes", text.len());
    let snapshot: Value = serde_json::from_str(text).unwrap();
    let metrics = snapshot["metrics"].as_array().unwrap();
    let sold = metrics.iter().find(|metric| metric["name"] == "things_sold_total").unwrap();
    let values: Vec<_> = sold["series"]
        .as_array()
        .unwrap()
        .iter()
        .map(|series| series["labels"]["what"].as_str().unwrap())
        .collect();
    assert!(values.contains(&hostile), "{values:?}");
    assert!(
        values.iter().any(|value| value.starts_with("xxxx") && value.ends_with('…')),
        "{}",
        values.len()
    );
    let endpoints = snapshot["endpoints"].as_array().unwrap();
    assert!(endpoints.iter().any(|endpoint| endpoint["endpoint"] == HOSTILE), "{endpoints:?}");
    for (what, kind) in [("/api/v1/snapshot", "application/json"), ("/", "text/html")] {
        let head = ask(admin.address(), what, LOCAL).to_lowercase();
        assert!(
            head.contains(&format!("content-type: {kind}"))
                && head.contains("x-content-type-options: nosniff"),
            "{head}"
        );
    }
}

#[tokio::test]
async fn only_those_who_may_see_the_page_do() {
    const DATA: [&str; 4] = ["snapshot", "history", "catalog", "stream"];
    let (_scope, _, admin) = running(Some("s3cret-canary")).await;
    for path in DATA.map(|name| format!("/api/v1/{name}")) {
        let answer = ask(admin.address(), &path, "");
        assert_eq!(status(&answer), "401", "{path}");
        assert!(!answer.contains("page_item"), "{answer}");
    }
    let token = "Authorization: Bearer s3cret-canary\r\n";
    assert_eq!(status(&ask(admin.address(), "/api/v1/snapshot", token)), "200", "from any host");
    let document = ask(admin.address(), "/", "");
    assert_eq!(status(&document), "200", "it has no data");
    assert!(!document.contains("page_item") && !document.contains("canary"));

    let (_scope, _, local) = running(None).await;
    for path in DATA.map(|name| format!("/api/v1/{name}")).iter().chain([&"/".to_owned()]) {
        let answer = ask(local.address(), path, "Host: evil.example:9464\r\n");
        assert_eq!(status(&answer), "403", "{path}: {answer}");
        assert!(
            answer.contains("GOLDSIGNAL_ADMIN_TOKEN") && !answer.contains("page_item"),
            "{answer}"
        );
    }

    let public = Admin::start(
        "0.0.0.0:0".parse().unwrap(),
        testing::scope().registry(),
        Readiness::default(),
        None,
    )
    .unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], public.address().port()));
    for path in ["/", "/api/v1/snapshot", "/api/v1/stream"] {
        let answer = ask(address, path, LOCAL);
        assert_eq!(status(&answer), "403", "{path}");
        assert!(answer.contains("GOLDSIGNAL_ADMIN_TOKEN"), "{answer}");
    }
    assert_eq!(status(&ask(address, "/metrics", LOCAL)), "200");
}

#[tokio::test]
async fn the_document_may_do_nothing_but_ask_its_own_origin() {
    let (_scope, _, admin) = running(None).await;
    let answer = ask(admin.address(), "/", LOCAL);
    let head = answer.split_once("\r\n\r\n").unwrap().0;
    let policy =
        head.lines().find_map(|line| line.strip_prefix("content-security-policy: ")).unwrap();
    for part in [
        "default-src 'none'",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.split("; ").any(|found| found == part), "{part} in {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let nonce = policy.split_once("script-src 'nonce-").unwrap().1.split('\'').next().unwrap();
    assert!(answer.contains(&format!("<script nonce=\"{nonce}\">")));
    for header in ["referrer-policy: no-referrer", "cache-control: no-store"] {
        assert!(head.contains(header), "{header} in {head}");
    }
    assert!(!ask(admin.address(), "/", LOCAL).contains(nonce), "each answer has another one");
}

#[tokio::test]
async fn an_answer_is_bounded_and_says_what_it_left_out() {
    let scope = testing::scope();
    let telemetry = Telemetry::builder("page").build().unwrap();
    let routes = (0..600).map(|number| format!("/bounded/{number}"));
    let many = routes
        .clone()
        .fold(Router::new(), |app, path| app.route(&path, routing::get(async || "here")));
    let app = telemetry.layer().layer(many.layer(telemetry.route_layer()));
    for path in routes {
        request(&app, &path).await;
    }
    for path in ["/bounded/599", "/bounded/599", "/bounded/598"] {
        request(&app, path).await;
    }
    for number in 0..60 {
        Shop::get().things_sold_total.inc(Sold { what: &number.to_string() });
    }
    let admin = start(scope.registry(), &Readiness::default(), None);
    let snapshot = json(admin.address(), "/api/v1/snapshot");
    let endpoints = snapshot["endpoints"].as_array().unwrap();
    assert_eq!((endpoints.len(), &snapshot["endpoints_left_out"]), (512, &88.into()));
    let busiest = [&endpoints[0], &endpoints[1]].map(|one| one["endpoint"].as_str().unwrap());
    assert_eq!(busiest, ["/bounded/599", "/bounded/598"]);
    assert_eq!(snapshot["requests"]["total"], 603, "of all of them");
    let metrics = snapshot["metrics"].as_array().unwrap();
    let sold = metrics.iter().find(|metric| metric["name"] == "things_sold_total").unwrap();
    let series = sold["series"].as_array().unwrap().len();
    assert_eq!((series, &sold["series_left_out"]), (50, &10.into()));

    // Clients that read none of it keep no place of a probe.
    let slow: Vec<_> =
        (0..80).map(|_| send(admin.address(), &format!("GET / HTTP/1.1\r\n{LOCAL}\r\n"))).collect();
    assert_eq!(status(&ask(admin.address(), "/healthz", "")), "200");
    drop(slow);
}

/// A source of a service that is at fault.
struct Panics;

impl Source for Panics {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        panic!("a source panics")
    }
}

#[tokio::test]
async fn a_source_that_panics_does_not_end_the_listener() {
    let (scope, _, admin) = running(None).await;
    let mut stream = Events::open(admin.address());
    assert!(stream.snapshot().is_some());
    scope.registry().attach(Arc::new(Panics));
    let points = || {
        let answer = ask(admin.address(), "/api/v1/snapshot", LOCAL);
        answer.is_empty().then_some(())
    };
    wait_for("the source to panic", points);
    // A sample was taken meanwhile, for the stream.
    std::thread::sleep(Duration::from_millis(2100));
    assert_eq!(status(&ask(admin.address(), "/healthz", "")), "200");
}

/// The events of a stream, one at a time.
pub(crate) struct Events(BufReader<std::net::TcpStream>);

impl Events {
    pub(crate) fn open(address: SocketAddr) -> Self {
        Self(BufReader::new(send(address, &format!("GET /api/v1/stream HTTP/1.1\r\n{LOCAL}\r\n"))))
    }

    fn line(&mut self, prefix: &str) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap_or(0) == 0 {
                return None;
            }
            if let Some(rest) = line.strip_prefix(prefix) {
                return Some(rest.trim_end().to_owned());
            }
        }
    }

    pub(crate) fn snapshot(&mut self) -> Option<Value> {
        assert_eq!(self.line("event: ")?, "snapshot");
        Some(serde_json::from_str(&self.line("data: ")?).unwrap())
    }
}

#[tokio::test]
async fn a_stream_delivers_until_its_client_goes_and_a_fifth_is_refused() {
    let (_scope, app, admin) = running(None).await;
    let address = admin.address();
    let mut streams: Vec<_> = (0..4).map(|_| Events::open(address)).collect();
    for stream in &mut streams {
        assert_eq!(stream.line("HTTP/1.1 ").unwrap(), "200 OK");
        assert_eq!(stream.snapshot().unwrap()["requests"]["total"], 8);
    }
    let fifth = ask(address, "/api/v1/stream", LOCAL);
    assert_eq!(status(&fifth), "503");
    assert!(fifth.to_lowercase().contains("retry-after: "), "{fifth}");
    for path in ["/healthz", "/metrics", "/api/v1/snapshot", "/"] {
        assert_eq!(status(&ask(address, path, LOCAL)), "200", "{path}");
    }
    request(&app, "/page/items/5").await;
    let seen =
        |stream: &mut Events| (0..3).any(|_| stream.snapshot().unwrap()["requests"]["total"] == 9);
    assert!(streams.iter_mut().all(seen));
    drop(streams);
    let free = || {
        let mut stream = Events::open(address);
        (stream.line("HTTP/1.1 ").unwrap() == "200 OK").then_some(())
    };
    wait_for("the places of streams whose clients went", free);
}

#[tokio::test]
async fn the_history_has_what_happened() {
    let (_scope, app, admin) = running(None).await;
    let address = admin.address();
    let points = || json(address, "/api/v1/history")["service"].as_array().unwrap().clone();
    wait_for("the first point", || (!points().is_empty()).then_some(()));
    for _ in 0..30 {
        request(&app, "/page/items/4").await;
        request(&app, "/page/items/1").await;
    }
    let rates = || -> f64 { points().iter().map(|point| number(&point["rate"]) * 2.0).sum() };
    wait_for("the requests to be in the history", || (rates() > 50.0).then_some(()));
    let (points, sum) = (points(), rates());
    assert!((sum - 60.0).abs() < 6.0, "60 requests, each once: {points:?}");
    let busy = points.iter().find(|point| number(&point["rate"]) > 0.0).unwrap();
    assert!((number(&busy["error_ratio"]) - 0.5).abs() < 0.1, "{busy}");
    let quantiles = [&busy["p50"], &busy["p99"]].map(number);
    assert!(0.0 < quantiles[0] && quantiles[0] <= quantiles[1], "{busy}");
    let snapshot = json(address, "/api/v1/snapshot");
    let recent = &snapshot["requests"]["recent"];
    assert!((number(&recent["rate"]) * number(&recent["seconds"]) - 60.0).abs() < 0.01, "{recent}");
    assert!((number(&recent["error_ratio"]) - 0.5).abs() < 1e-5, "{recent}");
    let newest = json(address, "/api/v1/history")["service"].as_array().unwrap().last().cloned();
    let times = [&snapshot["point"], &newest.unwrap()].map(|point| number(&point["time"]));
    assert!((0.0..10.0).contains(&(times[1] - times[0])), "{times:?}");
}

#[test]
fn the_catalog_names_what_is_declared_and_what_was_set() {
    in_own_process(installed);
}

fn installed() {
    let scope = testing::scope();
    let telemetry = scope.in_scope(|| {
        let builder =
            Telemetry::builder("catalog-of-a-page").version("1.2.3").admin_token("canary-token");
        builder
            .admin("127.0.0.1:0".parse::<SocketAddr>().unwrap())
            .log_filter("warn")
            .build()
            .unwrap()
    });
    telemetry.install().unwrap();
    let address = telemetry.admin_address().unwrap();
    let answer = ask(address, "/api/v1/catalog", "Authorization: Bearer canary-token\r\n");
    assert!(!answer.contains("canary-token"), "{answer}");
    let catalog: Value = serde_json::from_str(body(&answer)).unwrap();
    assert_eq!(
        (&catalog["service"], &catalog["version"]),
        (&"catalog-of-a-page".into(), &"1.2.3".into())
    );
    let find = |list: &str, name: &str| {
        let mut all = catalog[list].as_array().unwrap().iter();
        all.find(|one| one["name"].as_str().unwrap().ends_with(name))
            .unwrap_or_else(|| panic!("{name} in {list}"))
            .clone()
    };
    assert_eq!(find("operations", "page_item")["route"], "GET /page/items/{id}");
    assert_eq!(find("operations", "page_item")["objective"], "items");
    assert_eq!(find("metrics", "things_sold_total")["labels"], serde_json::json!(["what"]));
    assert_eq!(
        find("settings", "log_filter"),
        serde_json::json!({"name": "log_filter", "value": "warn", "source": "code"})
    );
    assert_eq!(find("settings", "admin_token")["value"], "set");
    assert!(catalog["features"].as_array().unwrap().contains(&"page".into()));
    let snapshot = ask(address, "/api/v1/snapshot", "Authorization: Bearer canary-token\r\n");
    let snapshot: Value = serde_json::from_str(body(&snapshot)).unwrap();
    assert_eq!(snapshot["log_filter"], serde_json::json!({"filter": "warn"}));
    let names: Vec<_> = snapshot["saturation"]
        .as_array()
        .unwrap()
        .iter()
        .map(|limit| limit["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"Open files"), "{names:?}");
}
