//! A real Prometheus whose samples are from before it started.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use goldsignal::operate::rules::{Group, Rule};
use goldsignal_tests::free_address;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::replay::course::INTERVAL;
use crate::replay::samples::Samples;

/// By default, blocks are of two hours, and each costs a pass through all samples.
const LONGEST: &str = "--max-block-duration=54h";

/// Samples in OpenMetrics' text format.
#[derive(Default)]
pub(super) struct OpenMetrics(String);

impl OpenMetrics {
    /// Adds the series that objectives need, of which the first scrape was at `begin`, in seconds since 1970.
    pub(super) fn add(&mut self, samples: &Samples, begin: u64) {
        let is_needed =
            |series: &str| series.starts_with("slo_events_total{") || series.starts_with("up{");
        for (series, values) in samples.values().filter(|(series, _)| is_needed(series)) {
            let times = (0..).map(|scrape| begin + scrape * INTERVAL.as_secs());
            for (time, value) in times.zip(values) {
                if let Some(value) = value {
                    self.push(series, value, time);
                }
            }
        }
    }

    /// Adds a sample, at a time in seconds since 1970.
    pub(super) fn push(&mut self, series: &str, value: impl std::fmt::Display, time: u64) {
        writeln!(self.0, "{series} {value} {time}").unwrap();
    }
}

/// The server, with its folder.
pub(super) struct Prometheus {
    address: SocketAddr,
    folder: TempDir,
    child: Option<Child>,
}

impl Prometheus {
    /// Starts it on these samples.
    pub(super) async fn with(samples: OpenMetrics) -> Self {
        Self::configured(samples, &[("prometheus.yml", String::new())]).await
    }

    /// Starts it on these samples, with these files of configuration.
    pub(super) async fn configured(samples: OpenMetrics, files: &[(&str, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("samples"), samples.0 + "# EOF\n").unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let arguments =
            ["create-blocks-from", "--quiet", LONGEST, "openmetrics", "samples", "data"];
        promtool(folder.path(), arguments).await;
        let mut prometheus = Self { address: free_address(), folder, child: None };
        prometheus.start().await;
        prometheus
    }

    /// Has it record these rules of `groups` between two times, as if it had evaluated them then.
    pub(super) async fn record(&mut self, groups: &[Group], rules: &[&str], times: Range<u64>) {
        let is_meant = |rule: &&Rule| rules.contains(&rule.name());
        let of_group = |group: &Group| {
            let rules: Vec<_> = group.rules.iter().filter(is_meant).collect();
            json!({"name": group.name, "interval": group.interval, "rules": rules})
        };
        // Times of evaluation follow from the names of the group and of the file.
        let file = "rules.json";
        let groups: Vec<_> = groups.iter().map(of_group).collect();
        fs::write(self.folder.path().join(file), json!({"groups": groups}).to_string()).unwrap();
        let options = [
            "create-blocks-from".to_owned(),
            "--quiet".to_owned(),
            LONGEST.to_owned(),
            "rules".to_owned(),
            format!("--url={}", self.url()),
            format!("--start={}", times.start),
            format!("--end={}", times.end),
            "--output-dir=data".to_owned(),
        ];
        promtool(self.folder.path(), options.iter().map(String::as_str).chain([file])).await;
        // A running Prometheus looks for blocks once a minute.
        self.child.take().unwrap().kill().await.unwrap();
        self.start().await;
    }

    /// The values of an expression between two times, each with its time.
    pub(super) async fn values(&self, expr: &str, times: Range<u64>, step: u64) -> Vec<(u64, f64)> {
        let parameters = [
            ("query", expr.to_owned()),
            ("start", times.start.to_string()),
            ("end", times.end.to_string()),
            ("step", step.to_string()),
        ];
        let request = reqwest::Client::new().get(self.url() + "/api/v1/query_range");
        let answer = request.query(&parameters).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let result = answer["data"]["result"].as_array().unwrap_or_else(|| panic!("{answer}"));
        assert!(result.len() < 2, "{expr}: {answer}");
        let values = result.iter().flat_map(|series| series["values"].as_array().unwrap());
        let value =
            |pair: &Value| (pair[0].as_u64().unwrap(), pair[1].as_str().unwrap().parse().unwrap());
        values.map(value).collect()
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    async fn start(&mut self) {
        let path = |name: &str| self.folder.path().join(name);
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", path("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", path("data").display()))
            .arg("--storage.tsdb.retention.time=100d")
            .arg(format!("--web.listen-address={}", self.address))
            .stdout(Stdio::null())
            .stderr(fs::File::create(path("log")).unwrap())
            .kill_on_drop(true)
            .spawn();
        self.child = Some(child.unwrap());
        let ready = self.url() + "/-/ready";
        for _ in 0..300 {
            if reqwest::get(&ready).await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{}", fs::read_to_string(path("log")).unwrap());
    }
}

/// Runs `promtool tsdb`.
async fn promtool(folder: &Path, arguments: impl IntoIterator<Item = &str>) {
    let mut command = Command::new("promtool");
    let output = command.arg("tsdb").args(arguments).current_dir(folder).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
