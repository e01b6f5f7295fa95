//! A real Prometheus, scraping the service twice: as text and as OpenMetrics.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

use crate::service::{free_address, wait_until_ready};

/// A running Prometheus.
pub(crate) struct Prometheus {
    address: SocketAddr,
    _child: Child,
    _dir: tempfile::TempDir,
}

/// Whether a program can be run.
pub(crate) fn is_installed(program: &str) -> bool {
    std::process::Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// One series that an instant query gives: its labels and its value.
pub(crate) type Sample = (Value, f64);

impl Prometheus {
    /// Starts it, and waits until it has scraped both targets.
    pub(crate) async fn start(openmetrics: SocketAddr, text: SocketAddr) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = format!(
            "global: {{scrape_interval: 1s}}\n\
             scrape_configs:\n\
             - job_name: openmetrics\n  static_configs: [{{targets: ['{openmetrics}']}}]\n\
             - job_name: text\n  static_configs: [{{targets: ['{text}']}}]\n"
        );
        let file = dir.path().join("prometheus.yml");
        std::fs::write(&file, config).unwrap();
        let address = free_address();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", dir.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let prometheus = Self { address, _child: child, _dir: dir };
        wait_until_ready(&format!("http://{address}/-/ready")).await;
        for _ in 0..150 {
            let up = prometheus.query("up == 1").await;
            if up.len() == 2 {
                return prometheus;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("Prometheus does not scrape both targets: {:?}", prometheus.query("up").await);
    }

    /// The result of an instant query.
    pub(crate) async fn query(&self, query: &str) -> Vec<Sample> {
        let url = format!("http://{}/api/v1/query", self.address);
        let request = reqwest::Client::new().get(url).query(&[("query", query)]);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["status"], "success", "{query}: {answer}");
        let series = answer["data"]["result"].as_array().unwrap();
        let sample = |series: &Value| {
            let value = series["value"][1].as_str().unwrap().parse().unwrap();
            (series["metric"].clone(), value)
        };
        series.iter().map(sample).collect()
    }

    /// promtool accepts text 0.0.4, and an independent parser OpenMetrics.
    pub(crate) async fn check_formats(&self, admin: SocketAddr) {
        let text = scrape(admin, "text/plain;version=0.0.4", "text/plain; version=0.0.4").await;
        check(Command::new("promtool").args(["check", "metrics"]), &text).await;
        let kind = "application/openmetrics-text; version=1.0.0";
        let open = scrape(admin, "application/openmetrics-text;version=1.0.0", kind).await;
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = here.join(".venv/bin/python");
        let script = here.join("end_to_end/parse_openmetrics.py");
        check(Command::new(python).arg(script), &open).await;
    }
}

async fn scrape(admin: SocketAddr, accept: &str, kind: &str) -> String {
    let request = reqwest::Client::new().get(format!("http://{admin}/metrics"));
    let response = request.header("accept", accept).send().await.unwrap();
    let told = response.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(told.starts_with(kind), "{accept} gives {told}");
    response.text().await.unwrap()
}

/// Runs a checker on `input`; it must accept it without a word of complaint.
async fn check(command: &mut Command, input: &str) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.as_bytes().to_vec();
    let write = tokio::spawn(async move { stdin.write_all(&input).await });
    let output = child.wait_with_output().await.unwrap();
    write.await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    let program = Path::new(command.as_std().get_program()).file_name().unwrap_or_default();
    println!("accepted by {}", program.to_string_lossy());
}
