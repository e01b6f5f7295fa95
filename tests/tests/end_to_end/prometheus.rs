//! A real Prometheus, which scrapes the service twice: as text and as OpenMetrics.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

use goldsignal_tests::{free_address, wait_for_async};
use serde_json::Value;
use tokio::process::{Child, Command};

use crate::service::wait_until_ready;

/// A running Prometheus.
pub(crate) struct Prometheus {
    address: SocketAddr,
    _child: Child,
    _dir: tempfile::TempDir,
}

/// One series of the result of an instant query: its labels and its value.
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
            .arg("--enable-feature=exemplar-storage")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let prometheus = Self { address, _child: child, _dir: dir };
        wait_until_ready(&format!("http://{address}/-/ready")).await;
        wait_for_async("Prometheus to scrape both targets", async || {
            (prometheus.query("up == 1").await.len() == 2).then_some(())
        })
        .await;
        prometheus
    }

    /// The labels of the exemplars of the series that `query` names, from the last ten minutes.
    pub(crate) async fn exemplars(&self, query: &str) -> Vec<Value> {
        let url = format!("http://{}/api/v1/query_exemplars", self.address);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let (start, end) = ((now - 600).to_string(), (now + 60).to_string());
        let query = [("query", query), ("start", &start), ("end", &end)];
        let answer = reqwest::Client::new().get(url).query(&query).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["status"], "success", "{answer}");
        let series = answer["data"].as_array().unwrap().iter();
        let exemplars = series.flat_map(|series| series["exemplars"].as_array().unwrap());
        exemplars.map(|exemplar| exemplar["labels"].clone()).collect()
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
}
