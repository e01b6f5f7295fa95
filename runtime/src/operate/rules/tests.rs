use std::collections::BTreeSet;
use std::time::Duration;

use super::*;
use crate::declare::series;
use crate::declare::{Descriptor, Dimension, Domain, Kind, Operation, Route, Slo, SourceLocation};

const API: Slo =
    Slo::new("api", "text").availability(99.9).latency(99.0, Duration::from_millis(250));
static READ: Operation = Operation::new("app::read", SourceLocation::new("src/read.rs", 7, "app"))
    .routes(&[Route { method: "GET", path: "/" }])
    .slo(&API);

fn gauge(name: &'static str, dimensions: &'static [Dimension]) -> &'static Descriptor {
    Box::leak(Box::new(Descriptor {
        name,
        help: "Help.",
        kind: Kind::Gauge,
        unit: "",
        dimensions,
        bounds: &[],
        location: SourceLocation::new("src/metrics.rs", 1, "app"),
    }))
}

fn catalog() -> Catalog {
    const STATE: &[Dimension] =
        &[Dimension { name: "state", domain: Domain::Finite(&["idle", "used"]) }];
    Catalog {
        operations: vec![&READ],
        families: vec![
            gauge("db_client_connections", STATE),
            gauge("db_client_connections_max", &[]),
            gauge("db_client_connections_pending_requests", &[]),
            gauge("prices_last_success_timestamp_seconds", &[]),
        ],
        objectives: vec![&API],
    }
}

fn facts() -> Facts {
    Facts::new("app".try_into().unwrap(), "app".try_into().unwrap(), "team")
}

/// Every series that a rule reads is built in, declared, of another program, or recorded by an earlier rule.
#[test]
fn rules_read_series_that_exist() {
    let catalog = catalog();
    let built_in = [&series::SLO_EVENTS, &series::BUILD_INFO, &series::LABEL_OVERFLOW]
        .into_iter()
        .chain(series::process::ALL)
        .chain(series::tokio::ALL);
    let lost = series::LOST_TELEMETRY.iter().copied();
    let foreign = [
        "up",
        "scrape_samples_scraped",
        "kube_pod_container_status_waiting_reason",
        "kube_deployment_spec_replicas",
        "kube_statefulset_replicas",
    ];
    let mut known: BTreeSet<String> = foreign.map(str::to_owned).into();
    known.extend(built_in.chain(lost).map(|family| facts().metric(family).name));
    known.extend(catalog.families.iter().map(|family| family.name.to_owned()));
    let delay = facts().metric(&series::tokio::SCHEDULING_DELAY);
    known.extend([delay.clone().sum().name, delay.count().name]);
    let polls =
        [&series::FUNCTION_SLOW_POLLS, &series::HTTP_SLOW_POLLS, &series::HTTP_OLDEST_IN_FLIGHT];
    known.extend(polls.map(|family| facts().metric(family).name));
    // The budget that is left is of the last evaluation of the period.
    known.insert(recorded::error_ratio(Window::days(30)));
    for group in groups(&catalog, &facts()) {
        for rule in group.rules {
            for selector in rule.expr().selectors() {
                let name = &selector.metric.name;
                assert!(known.contains(name), "{} reads `{name}`", rule.name());
            }
            known.insert(rule.name().to_owned());
        }
    }
}

#[test]
fn alerts_have_distinct_names_and_complete_texts() {
    let mut names = BTreeSet::new();
    for group in groups(&catalog(), &facts()) {
        for alert in group.rules.iter().filter_map(Rule::alert) {
            assert!(names.insert(alert.alert.clone()), "{}", alert.alert);
            for label in ["severity", "service", "namespace", "team"] {
                assert!(!alert.labels[label].contains("{{"), "{label} of {}", alert.alert);
            }
            let annotations =
                ["summary", "description", "runbook_url", "logs_query", "traces_query"];
            for annotation in annotations {
                assert!(!alert.annotations[annotation].is_empty(), "{annotation}");
            }
            // One line on a phone; what a template adds is measured by the incidents.
            let summary = &alert.annotations["summary"];
            let of_service = alert.alert.starts_with("Service");
            assert!(!summary.contains('\n') && !summary.ends_with('.'), "{summary}");
            assert!(!of_service || summary.len() <= 80, "{summary}");
        }
    }
    assert_eq!(names.len(), 2 * 3 + 11 + 7);
}

#[test]
fn what_is_not_declared_has_no_alert() {
    let catalog = Catalog::default();
    let groups = groups(&catalog, &facts());
    assert_eq!(groups.len(), 1);
    let names: Vec<_> = groups[0].rules.iter().map(Rule::name).collect();
    assert!(!names.contains(&"ServiceSamplerStale"));
}

#[test]
fn windows_shrink_for_tests_and_names_stay() {
    let mut facts = facts();
    facts.time_scale = 60;
    let groups = groups(&catalog(), &facts);
    let hour = groups[0].rules.iter().find(|rule| rule.name() == "slo:sli_error:ratio_rate1h");
    assert_eq!(groups[0].interval, Window::milliseconds(500));
    let hour = hour.unwrap().expr().to_string();
    assert!(hour.contains("slo:sli_total:increase") && hour.contains("[1m]"), "{hour}");
    let page = groups[0].rules.iter().find_map(Rule::alert).unwrap();
    assert!(page.expr.to_string().ends_with("[10s])"), "{}", page.expr);
    let condition = &groups[0].rules[groups[0].rules.len() - 2];
    assert!(condition.expr().to_string().contains("[1m]) >= 10"), "{}", condition.expr());
    assert_eq!(groups[1].interval, Window::seconds(5));
}

#[test]
fn a_period_has_a_window_of_its_own() {
    const WEEK: Slo = Slo::new("week", "text").availability(99.0).period_days(7);
    let catalog = Catalog { objectives: vec![&WEEK], ..catalog() };
    let groups = groups(&catalog, &facts());
    let names: Vec<_> = groups[1].rules.iter().map(Rule::name).collect();
    assert!(names.contains(&"slo:sli_error:ratio_rate7d"));
    assert!(!names.contains(&"slo:sli_error:ratio_rate30d"));
}

#[test]
fn an_expectation_is_an_alert_of_its_bounds() {
    let mut catalog = catalog();
    let facts = |bounds: &str| {
        Facts::parse(&format!(
            "service = 'app'\nnamespace = 'app'\nteam = 'team'\n[expect.sales_total]\n{bounds}\n"
        ))
        .unwrap()
    };
    catalog.families.push(Box::leak(Box::new(Descriptor {
        kind: Kind::Counter,
        ..*gauge("sales_total", &[])
    })));
    let expr = |facts: &Facts| {
        let alerts = support::all(&catalog, facts).into_iter().map(|one| one.alert);
        let mut alerts = alerts.filter(|alert| alert.alert == "ServiceRateUnusual");
        alerts.next().map(|alert| alert.expr.to_string())
    };
    assert_eq!(expr(&self::facts()), None);
    let grown =
        r#"sum by (job, namespace) (increase(sales_total{job="app", namespace="app"}[1h]))"#;
    let most = format!(r#"label_replace({grown} > 9, "family", "sales_total", "", "")"#);
    assert_eq!(expr(&facts("most-per-hour = 9")), Some(most.clone()));
    let least = format!(
        r#"label_replace({grown} < 2 and sum by (job, namespace) (sales_total{{job="app", namespace="app"}} offset 1h), "family", "sales_total", "", "")"#
    );
    assert_eq!(
        expr(&facts("most-per-hour = 9\nleast-per-hour = 2")),
        Some(format!("{most} or {least}"))
    );
}
