//! `VictoriaMetrics` and its vmalert: the rules as they are, and incidents that are over.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use goldsignal::operate::rules::Group;
use goldsignal_tests::free_address;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::prometheus::OpenMetrics;
use crate::replay::course::INTERVAL;
use crate::replay::samples::Samples;

/// Whether vmalert reads this file of rules, or what it says against it.
pub(super) async fn accepts(rules: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.yaml");
    fs::write(&file, rules).unwrap();
    let mut vmalert = Command::new("vmalert");
    let output =
        vmalert.arg("-dryRun").arg(format!("-rule={}", file.display())).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(()) } else { Err(said) }
}

/// The server, with its folder.
pub(super) struct Victoria {
    address: SocketAddr,
    folder: TempDir,
    _child: Child,
}

impl Victoria {
    pub(super) async fn start() -> Self {
        let (folder, address) = (tempfile::tempdir().unwrap(), free_address());
        let child = Command::new("victoria-metrics")
            .arg(format!("-storageDataPath={}", folder.path().join("data").display()))
            .arg(format!("-httpListenAddr={address}"))
            // What is asked is written meanwhile, and long ago.
            .args(["-retentionPeriod=100d", "-search.disableCache", "-loggerLevel=ERROR"])
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let victoria = Self { address, folder, _child: child };
        for _ in 0..300 {
            if reqwest::get(victoria.url() + "/health").await.is_ok() {
                return victoria;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{}", fs::read_to_string(victoria.folder.path().join("log")).unwrap());
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stores the samples of the job `from` as those of the job `to`; the first scrape was at `begin`, in seconds since 1970.
    pub(super) async fn import(&self, samples: &Samples, begin: u64, [from, to]: [&str; 2]) {
        let mut text = String::new();
        for (series, values) in samples.values() {
            let series = series.replace(&format!("job=\"{from}\""), &format!("job=\"{to}\""));
            let times = (0..).map(|scrape| begin + scrape * INTERVAL.as_secs());
            for (time, value) in times.zip(values) {
                if let Some(value) = value {
                    writeln!(text, "{series} {value} {}", time * 1_000).unwrap();
                }
            }
        }
        let import = reqwest::Client::new().post(self.url() + "/api/v1/import/prometheus");
        let answer = import.body(text).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
        self.flush().await;
    }

    /// Makes visible what was stored.
    pub(super) async fn flush(&self) {
        let answer = reqwest::get(self.url() + "/internal/force_flush").await.unwrap();
        assert!(answer.status().is_success());
    }

    /// Evaluates `groups` from one time to another, and stores what they record, and their alerts.
    pub(super) async fn replay(&self, name: &str, groups: &[Group], [from, to]: [u64; 2]) {
        let file = self.folder.path().join(format!("{name}.json"));
        fs::write(&file, replayed(groups).to_string()).unwrap();
        let mut vmalert = Command::new("vmalert");
        let output = vmalert
            .arg(format!("-rule={}", file.display()))
            .arg(format!("-datasource.url={}", self.url()))
            .arg(format!("-remoteWrite.url={}", self.url()))
            .arg(format!("-replay.timeFrom={}", rfc3339(from)))
            .arg(format!("-replay.timeTo={}", rfc3339(to)))
            .arg(format!("-httpListenAddr={}", free_address()))
            // The step of a query is the interval of its group.
            .args(["-datasource.queryStep=0", "-replay.maxDatapointsPerQuery=10000"])
            // Rules read what those before them recorded.
            .args(["-remoteWrite.flushInterval=50ms", "-replay.rulesDelay=600ms"])
            .args(["-replay.disableProgressBar", "-loggerLevel=WARN"])
            .kill_on_drop(true)
            .output()
            .await
            .unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Every series that matches, with its labels, its values and their times in milliseconds.
    pub(super) async fn export(&self, selector: &str) -> Vec<Value> {
        let export = reqwest::Client::new().get(self.url() + "/api/v1/export");
        let answer = export.query(&[("match[]", selector)]).send().await.unwrap();
        let text = answer.text().await.unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// All that it has of a job, for another server.
    pub(super) async fn open_metrics(&self) -> OpenMetrics {
        let mut samples = OpenMetrics::default();
        for series in self.export("{job!=\"\",alertname=\"\"}").await {
            let labels = series["metric"].as_object().unwrap().iter();
            let labels = labels.filter(|(name, _)| *name != "__name__");
            let labels: Vec<_> = labels.map(|(name, value)| format!("{name}={value}")).collect();
            let name = series["metric"]["__name__"].as_str().unwrap();
            let series_name = format!("{name}{{{}}}", labels.join(","));
            let times = series["timestamps"].as_array().unwrap().iter();
            for (time, value) in times.zip(series["values"].as_array().unwrap()) {
                samples.push(&series_name, value, time.as_u64().unwrap() / 1_000);
            }
        }
        samples
    }
}

/// The rules without their texts: when vmalert replays, templates cannot ask for the worst operations.
fn replayed(groups: &[Group]) -> Value {
    let mut file = json!({"groups": groups});
    for group in file["groups"].as_array_mut().unwrap() {
        for rule in group["rules"].as_array_mut().unwrap() {
            rule.as_object_mut().unwrap().remove("annotations");
        }
    }
    file
}

/// A time in seconds since 1970, as vmalert reads it.
fn rfc3339(seconds: u64) -> String {
    // Its flags know no number of seconds, so the date is counted from a day whose date is known.
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (mut year, mut left) = (1970, days);
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    while left >= 365 + u64::from(is_leap(year)) {
        left -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", left + 1)
}

#[test]
fn a_time_is_written_as_a_date() {
    let dates = [0, 951_782_400, 1_796_070_690].map(rfc3339);
    assert_eq!(dates, ["1970-01-01T00:00:00Z", "2000-02-29T00:00:00Z", "2026-11-30T20:31:30Z"]);
}
