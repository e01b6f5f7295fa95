//! A prefix for the families that goldsignal itself defines.

use std::collections::BTreeSet;

use goldsignal::bridge::prometheus::attach;
use goldsignal::expose::Format;
use goldsignal::{Metrics, Naming, Slo};
use prometheus::{IntCounterVec, Opts};

use super::*;

const API: Slo = Slo::new("prefixed", "text").availability(99.0);

/// Metrics of the test's service.
#[derive(Debug, Metrics)]
struct OwnMetrics {
    /// Visits.
    prefix_visits_total: goldsignal::Counter,
}

#[observed(get = "/prefixed/{id}", slo = API)]
async fn prefixed(Path(id): Path<u32>) -> Result<String, Refused> {
    OwnMetrics::get().prefix_visits_total.inc();
    items::find(id).await
}

fn shop(naming: Naming) -> Telemetry {
    Telemetry::builder("test").naming(naming).metric_prefix("shop_").build().unwrap()
}

/// The names of all families that have samples or a header.
fn families(scope: &Scope) -> BTreeSet<String> {
    let text = scope.registry().encode(Format::Text);
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    types.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

/// A family with neither the prefix nor goldsignal's name belongs to the service.
fn is_own(name: &str) -> bool {
    !["http_", "function_", "slo_"].iter().any(|start| name.starts_with(start))
}

#[tokio::test]
async fn built_in_families_have_the_prefix_and_no_others() {
    let scope = scope();
    let app = shop(Naming::Goldsignal).layer().layer(routes![prefixed]);
    whole(&app, "GET", "/prefixed/7").await;
    whole(&app, "GET", "/prefixed/1").await;
    scope.assert(
        "shop_http_requests_total",
        &[("endpoint", "/prefixed/{id}"), ("status", "503")],
        1.0,
    );
    scope.assert("shop_http_request_duration_seconds_count", &[], 2.0);
    scope.assert("shop_http_requests_in_flight", &[], 0.0);
    scope.assert("shop_function_calls_total", &[("outcome", "ok")], 1.0);
    scope.assert("shop_slo_events_total", &[("outcome", "bad")], 1.0);
    scope.assert("prefix_visits_total", &[], 2.0);
    scope.assert("goldsignal_hidden_families", &[], 0.0);
    let families = families(&scope);
    assert!(families.iter().all(|name| is_own(name)), "{families:?}");
    assert!(!families.iter().any(|name| name.starts_with("shop_prefix_")), "{families:?}");
    assert!(!families.iter().any(|name| name.starts_with("shop_goldsignal_")), "{families:?}");
}

#[tokio::test]
async fn the_prefix_is_in_front_of_the_names_of_the_conventions() {
    let scope = scope();
    let app = shop(Naming::OpenTelemetry { url_scheme: "http" }).layer().layer(routes![prefixed]);
    whole(&app, "GET", "/prefixed/7").await;
    let route = [("http_route", "/prefixed/{id}"), ("http_response_status_code", "200")];
    scope.assert("shop_http_server_request_duration_seconds_count", &route, 1.0);
    scope.assert("shop_http_server_active_requests", &[], 0.0);
    scope.assert("shop_function_calls_total", &[], 1.0);
    let families = families(&scope);
    assert!(families.iter().all(|name| is_own(name)), "{families:?}");
}

#[tokio::test]
async fn a_foreign_family_of_the_same_name_is_beside_ours() {
    let scope = scope();
    let app = shop(Naming::Goldsignal).layer().layer(routes![prefixed]);
    whole(&app, "GET", "/prefixed/7").await;
    let theirs = prometheus::Registry::new();
    let foreign = Opts::new(TOTAL, "Requests, as another library counts them.");
    let foreign = IntCounterVec::new(foreign, &["code"]).unwrap();
    foreign.with_label_values(&["200"]).inc_by(9);
    theirs.register(Box::new(foreign)).unwrap();
    attach(&scope.registry(), theirs);
    scope.assert(TOTAL, &[("code", "200")], 9.0);
    scope.assert(
        "shop_http_requests_total",
        &[("status", "200"), ("endpoint", "/prefixed/{id}")],
        1.0,
    );
    assert_eq!(scope.registry().hidden_families(), []);
}

#[tokio::test]
async fn folded_values_and_hidden_families_are_named_with_the_prefix() {
    let scope = scope();
    let status = get(async |Path(code): Path<u16>| StatusCode::from_u16(code).unwrap());
    let telemetry = shop(Naming::Goldsignal);
    // Named by its path: the statuses of `_unmatched` are those of all tests of this process.
    let app = Router::new().route("/folded/{code}", status).layer(telemetry.route_layer());
    let app = telemetry.layer().layer(app);
    for code in 200..230 {
        whole(&app, "GET", &format!("/folded/{code}")).await;
    }
    let folded = [("family", "shop_http_requests_total"), ("label", "status")];
    scope.assert("goldsignal_label_overflow_total", &folded, 6.0);
    assert!(scope.value("goldsignal_label_overflow_total", &[("family", TOTAL)]).is_none());

    let theirs = prometheus::Registry::new();
    let foreign = prometheus::IntCounter::new("shop_http_requests_total", "Theirs.").unwrap();
    theirs.register(Box::new(foreign)).unwrap();
    attach(&scope.registry(), theirs);
    let hidden = scope.registry().hidden_families();
    assert_eq!(hidden.len(), 1, "{hidden:?}");
    assert_eq!(hidden[0].name, "shop_http_requests_total");
    assert_eq!(hidden[0].reason, "the name is taken by goldsignal itself");
}

#[tokio::test]
async fn a_bad_prefix_is_refused_with_what_to_write() {
    let _scope = scope();
    let build = |prefix: &str| Telemetry::builder("test").metric_prefix(prefix).build();
    let error = build("shop").unwrap_err().to_string();
    assert!(error.contains("metric_prefix") && error.contains("write `shop_`"), "{error}");
    for prefix in ["", "9_", "shop-", "shöp_", "shop:"] {
        let error = build(prefix).unwrap_err().to_string();
        assert!(error.contains("such as `shop_`"), "{error}");
    }
}

#[tokio::test]
async fn a_late_prefix_is_refused() {
    let scope = scope();
    let build = |prefix: &str| Telemetry::builder("test").metric_prefix(prefix).build();
    let app = build("shop_").unwrap().layer().layer(routes![prefixed]);
    whole(&app, "GET", "/prefixed/7").await;
    build("shop_").unwrap();
    let late = build("store_").unwrap_err().to_string();
    assert!(late.contains("with the metric prefix `shop_`"), "{late}");
    assert!(late.contains("before the first scrape"), "{late}");
    scope.assert("shop_http_requests_total", &[("status", "200")], 1.0);
}

#[tokio::test]
async fn a_prefix_after_the_first_scrape_is_refused() {
    let scope = scope();
    let app = outermost(routes![prefixed]);
    whole(&app, "GET", "/prefixed/7").await;
    scope.assert(TOTAL, &[("status", "200")], 1.0);
    let late = Telemetry::builder("test").metric_prefix("shop_").build().unwrap_err().to_string();
    assert!(late.contains("without a metric prefix"), "{late}");
    scope.assert(TOTAL, &[("status", "200")], 1.0);
}
