//! A real Prometheus whose samples are from before it started.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use goldsignal_tests::free_address;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::replay::course::INTERVAL;
use crate::replay::samples::Samples;

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
                    writeln!(self.0, "{series} {value} {time}").unwrap();
                }
            }
        }
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
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("samples");
        fs::write(&file, samples.0 + "# EOF\n").unwrap();
        fs::write(folder.path().join("prometheus.yml"), "").unwrap();
        let data = folder.path().join("data");
        let arguments =
            ["create-blocks-from", "--quiet", "--max-block-duration=54h", "openmetrics"]
                .map(Path::new);
        promtool(arguments.into_iter().chain([&*file, &*data])).await;
        let mut prometheus = Self { address: free_address(), folder, child: None };
        prometheus.start().await;
        prometheus
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
async fn promtool(arguments: impl IntoIterator<Item = &Path>) {
    let output = Command::new("promtool").arg("tsdb").args(arguments).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
