//! What the rules of a large service cost a real Prometheus that has a month of its events: 100 endpoints in 20 objectives,
//! which are 40 indicators, on three instances.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use goldsignal::declare::catalog::Catalog;
use goldsignal::declare::{Operation, Route, Slo, SourceLocation};
use goldsignal::operate::{Facts, generate};
use goldsignal_tests::free_address;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::backtest::now;
use super::prometheus::{OpenMetrics, Prometheus};

const OBJECTIVES: usize = 20;
const ENDPOINTS: usize = 100;
const DAYS: u64 = 30;
/// How often rules of hours are evaluated.
const STEP: u64 = 30;
/// The rules of days are evaluated twice in it.
const MEASURED: Duration = Duration::from_mins(10);
/// The first evaluations find what is not in memory yet.
const WARM_UP: Duration = Duration::from_secs(90);
/// The share of a core.
const MOST: f64 = 0.05;

fn catalog() -> Catalog {
    let objective = |number: usize| -> &'static Slo {
        let name = Box::leak(format!("objective-{number}").into_boxed_str());
        let slo = Slo::new(name, "Look.").availability(99.9);
        Box::leak(Box::new(slo.latency(99.0, Duration::from_millis(250))))
    };
    let objectives: Vec<_> = (0..OBJECTIVES).map(objective).collect();
    let operation = |number: usize| -> &'static Operation {
        let path = Box::leak(format!("/resources-{number}/{{id}}").into_boxed_str());
        let routes = Box::leak(Box::new([Route::new("GET", path)]));
        let name = Box::leak(format!("large::read_{number}").into_boxed_str());
        let operation = Operation::new(name, SourceLocation::new("src/lib.rs", 1, "large"));
        Box::leak(Box::new(operation.routes(routes).slo(objectives[number % OBJECTIVES])))
    };
    Catalog { operations: (0..ENDPOINTS).map(operation).collect(), families: vec![], objectives }
}

fn indicators() -> impl Iterator<Item = String> {
    let of = |number| ["availability", "latency"].map(|kind| format!("objective-{number}-{kind}"));
    (0..OBJECTIVES).flat_map(of)
}

/// What the rules of hours have recorded until now.
fn month(end: u64) -> OpenMetrics {
    let mut samples = OpenMetrics::default();
    let begin = end - DAYS * 24 * 60 * 60;
    for slo in indicators() {
        let labels =
            format!("{{job=\"large\",namespace=\"shop\",service=\"large\",slo=\"{slo}\"}}");
        for time in (begin..end).step_by(30) {
            samples.push(&format!("slo:sli_total:increase{labels}"), 300, time);
        }
        for time in (begin..end).step_by(30) {
            let bad = u64::from(time % 6000 < STEP);
            samples.push(&format!("slo:sli_bad:increase{labels}"), bad, time);
        }
    }
    samples
}

/// Answers each scrape with counters that have grown since the last.
async fn expose(listener: TcpListener, begin: Instant) {
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        let _ = client.read(&mut [0; 4096]).await;
        let seconds = begin.elapsed().as_secs();
        let mut body = "goldsignal_build_info{service=\"large\",version=\"1\"} 1\n".to_owned();
        for slo in indicators() {
            for (outcome, value) in [("good", 10 * seconds), ("bad", seconds / 200)] {
                writeln!(body, "slo_events_total{{slo=\"{slo}\",outcome=\"{outcome}\"}} {value}")
                    .unwrap();
            }
        }
        let head =
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/plain; version=0.0.4\r\n";
        let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
        let _ = client.write_all(answer.as_bytes()).await;
    }
}

/// Prometheus' own metrics: its processor seconds, and the seconds of all rule groups.
async fn spent(prometheus: &Prometheus) -> [f64; 2] {
    let text = reqwest::get(prometheus.url() + "/metrics").await.unwrap().text().await.unwrap();
    ["process_cpu_seconds_total ", "prometheus_rule_group_duration_seconds_sum "].map(|name| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name}")).parse().unwrap()
    })
}

pub(crate) async fn run() {
    let facts = Facts::parse("service = 'large'\nnamespace = 'shop'\nteam = 'tests'").unwrap();
    let files = generate(&catalog(), &facts).unwrap();
    let rules = files.into_iter().find(|file| file.path == "prometheus/rules.yaml").unwrap();
    let target = free_address();
    let listener = TcpListener::bind(target).await.unwrap();
    let exposed = tokio::spawn(expose(listener, Instant::now()));
    let instances = ["a", "b", "c"].map(|instance| {
        format!("{{targets: ['{target}'], labels: {{instance: {instance}, namespace: shop}}}}")
    });
    let config = format!(
        "global: {{scrape_interval: 30s}}\nrule_files: [rules.yaml]\n\
         scrape_configs: [{{job_name: large, static_configs: [{}]}}]\n",
        instances.join(", ")
    );
    let configuration = [("prometheus.yml", config), ("rules.yaml", rules.text)];
    let prometheus = Prometheus::configured(month(now()), &configuration).await;
    tokio::time::sleep(WARM_UP).await;
    let (begin, before) = (Instant::now(), spent(&prometheus).await);
    tokio::time::sleep(MEASURED).await;
    let after = spent(&prometheus).await;
    let seconds = begin.elapsed().as_secs_f64();
    let [processor, groups] = [0, 1].map(|index| (after[index] - before[index]) / seconds);
    println!(
        "incidents: {ENDPOINTS} endpoints in {OBJECTIVES} objectives: Prometheus takes {:.2} % of a core, its rule groups {:.2} % of the time",
        100.0 * processor,
        100.0 * groups
    );
    exposed.abort();
    // All rules were evaluated, on the month that is there.
    let budgets = "count(slo:period_error_budget_remaining:ratio{service=\"large\"} > 0.5)";
    let at = now();
    assert_eq!(
        prometheus.values(budgets, at..at, 1).await.first().map(|(_, value)| *value),
        Some(40.0)
    );
    assert!(processor < MOST, "{processor}");
}
