//! Staging beside production: one Prometheus has both, of one service in one namespace.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command as Program, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use goldsignal_tests::{free_address, require_programs};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::generated;

const ENVIRONMENTS: [&str; 2] = ["production", "staging"];

fn facts(environment: &str) -> String {
    format!(
        "service = 'shop'\nnamespace = 'retail'\nenvironment = '{environment}'\nteam = 'checkout'\n"
    )
}

/// The counters of an environment, as promtool reads them.
fn events(environment: &str, good: &str, bad: &str) -> Vec<Value> {
    let series = |outcome: &str, values: &str| {
        let labels = format!(
            "job=\"shop\",namespace=\"retail\",environment=\"{environment}\",instance=\"a\""
        );
        let series =
            format!("slo_events_total{{{labels},slo=\"api-availability\",outcome=\"{outcome}\"}}");
        json!({"series": series, "values": values})
    };
    vec![series("good", good), series("bad", bad)]
}

/// A test of the rules of both: exactly the alerts on objectives of these environments fire after 20 minutes.
fn test(name: &str, production: [&str; 2], staging: [&str; 2], firing: &[&str]) -> Value {
    let series = [("production", production), ("staging", staging)];
    let series =
        series.into_iter().flat_map(|(environment, [good, bad])| events(environment, good, bad));
    let firing = firing
        .iter()
        .map(|one| json!({"labels": format!("{{environment=\"{one}\"}}"), "value": 1}));
    json!({
        "name": name,
        "interval": "30s",
        "input_series": series.collect::<Vec<_>>(),
        "promql_expr_test": [{
            "expr": "max by (environment) (ALERTS{alertstate=\"firing\", slo!=\"\"})",
            "eval_time": "20m",
            "exp_samples": firing.collect::<Vec<_>>(),
        }],
    })
}

#[test]
#[ignore = "needs promtool: run tests/run operations"]
fn an_environment_alerts_by_its_own_events() {
    require_programs(&["promtool"]);
    let folder = tempfile::tempdir().unwrap();
    let mut rules = Vec::new();
    for environment in ENVIRONMENTS {
        let name = format!("{environment}.yaml");
        let text = generated::text(&generated::files(&facts(environment)), "prometheus/rules.yaml");
        fs::write(folder.path().join(&name), text).unwrap();
        rules.push(name);
    }
    let (well, fails) = (["0+100x40", "0x40"], ["0x40", "0+100x40"]);
    // Seven bad events, which are less than the minimum of ten, and less than half of all; together the environments have enough.
    let few = ["0+4x40", "0x8 1 2 3 4 5 6 7x26"];
    let enough = ["0+4x40", "0x8 3 6 9 12 15 18 21x26"];
    let tests = json!({
        "rule_files": rules,
        "evaluation_interval": "30s",
        "tests": [
            test("staging fails", well, fails, &["staging"]),
            test("production fails", fails, well, &["production"]),
            test("few events are bad in each", few, few, &[]),
            test("enough events are bad in one", enough, few, &["production"]),
        ],
    });
    let path = folder.path().join("test.yaml");
    fs::write(&path, tests.to_string()).unwrap();
    let output = Program::new("promtool").args(["test", "rules"]).arg(path).output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success() && said.contains("SUCCESS"), "{said}");
}

/// Serves the counters of a service with a hundred events a second, all of them good or all of them bad.
async fn service(outcome: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let begin = Instant::now();
    let metrics = async move || {
        let events = begin.elapsed().as_millis() / 10;
        let value = |one| if one == outcome { events } else { 0 };
        let line = |one| {
            format!(
                "slo_events_total{{slo=\"api-availability\",outcome=\"{one}\"}} {}\n",
                value(one)
            )
        };
        ["good", "bad"].map(line).concat()
    };
    let app = Router::new().route("/metrics", get(metrics));
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// The generated configuration and rules of both environments, with durations divided by 30.
async fn configuration(folder: &Path) -> Value {
    let (mut jobs, mut rules) = (Vec::new(), Vec::new());
    for (environment, outcome) in ENVIRONMENTS.into_iter().zip(["good", "bad"]) {
        let port = service(outcome).await.port();
        let facts = facts(environment)
            + &format!("time-scale = 30\n[prometheus]\nport = {port}\nscrape-interval = '1s'\n");
        let files = generated::files(&facts);
        let scrape = generated::document(&files, "prometheus/scrape-local.yaml");
        jobs.extend(scrape["scrape_configs"].as_array().unwrap().clone());
        let path = folder.join(format!("{environment}.yaml"));
        fs::write(&path, generated::text(&files, "prometheus/rules.yaml")).unwrap();
        rules.push(path);
    }
    json!({"scrape_configs": jobs, "rule_files": rules})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Prometheus: run tests/run operations"]
async fn an_outage_of_staging_does_not_page_production() {
    require_programs(&["prometheus"]);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("prometheus.yml"), configuration(folder.path()).await.to_string()).unwrap();
    let address = free_address();
    let log = fs::File::create(path("log")).unwrap();
    let mut prometheus = Command::new("prometheus")
        .arg(format!("--config.file={}", path("prometheus.yml")))
        .arg(format!("--storage.tsdb.path={}", path("data")))
        .arg(format!("--web.listen-address={address}"))
        .stdout(Stdio::null())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let ask = async |query: &str| -> Vec<String> {
        let request = reqwest::Client::new().get(format!("http://{address}/api/v1/query"));
        let Ok(answer) = request.query(&[("query", query)]).send().await else { return Vec::new() };
        // Not JSON, while it starts.
        let Ok(answer) = answer.json::<Value>().await else { return Vec::new() };
        let result = answer["data"]["result"].as_array().cloned().unwrap_or_default();
        result
            .iter()
            .map(|one| one["metric"]["environment"].as_str().unwrap_or("?").to_owned())
            .collect()
    };
    let firing =
        "count by (environment) (ALERTS{alertstate=\"firing\", severity=\"page\", slo!=\"\"})";
    for _ in 0..240 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        if !ask(firing).await.is_empty() {
            break;
        }
    }
    // As long again as the conditions must last, so that a page of the other environment would fire, too.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(ask("count by (environment) (up == 1)").await.len(), 2);
    assert_eq!(ask("count by (environment) (slo:sli_total:rate5m > 0)").await.len(), 2);
    assert_eq!(ask(firing).await, ["staging"]);
    assert!(prometheus.try_wait().unwrap().is_none(), "Prometheus has ended by itself");
    prometheus.kill().await.unwrap();
}
