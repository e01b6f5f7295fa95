//! A real Prometheus and a real Alertmanager, with the generated rules and routes.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use goldsignal_tests::free_address;
use serde_json::Value;
use tokio::process::{Child, Command};

use super::play::Play;
use crate::{SCALE, rules};

/// The folder of the rules.
const RULES: &str = "rules";

/// The two programs, running.
pub(super) struct Stack {
    prometheus: SocketAddr,
    children: Vec<Child>,
    dir: tempfile::TempDir,
}

impl Stack {
    pub(super) fn start(plays: &[Play], kubernetes: SocketAddr, webhook: SocketAddr) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (prometheus, alertmanager) = (free_address(), free_address());
        let folder = dir.path().join(RULES);
        fs::create_dir(&folder).unwrap();
        let path = |name: &str| dir.path().join(name).display().to_string();
        fs::write(path("prometheus.yml"), scrapes(plays, kubernetes, alertmanager, &folder))
            .unwrap();
        fs::write(path("alertmanager.yaml"), routes(webhook)).unwrap();
        let children = vec![
            started(
                "prometheus-alertmanager",
                dir.path(),
                &[
                    format!("--config.file={}", path("alertmanager.yaml")),
                    format!("--storage.path={}", path("alertmanager")),
                    "--cluster.listen-address=".to_owned(),
                    format!("--web.listen-address={alertmanager}"),
                ],
            ),
            started(
                "prometheus",
                dir.path(),
                &[
                    format!("--config.file={}", path("prometheus.yml")),
                    format!("--storage.tsdb.path={}", path("prometheus")),
                    format!("--rules.alert.resend-delay={}s", 60 / SCALE),
                    "--web.enable-lifecycle".to_owned(),
                    format!("--web.listen-address={prometheus}"),
                ],
            ),
        ];
        Self { prometheus, children, dir }
    }

    /// Loads the rules. Prometheus takes some seconds until its first scrape, which are minutes here: rules that are loaded
    /// before report that no instance is there.
    pub(super) async fn load_rules(&self, plays: &[Play]) {
        for play in plays {
            let name = play.incident.name;
            let file = self.dir.path().join(RULES).join(format!("{name}.yaml"));
            fs::write(file, rules::file(name, SCALE)).unwrap();
        }
        let reload = format!("http://{}/-/reload", self.prometheus);
        let answer = reqwest::Client::new().post(reload).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// Waits until every target was scraped.
    pub(super) async fn until_scraped(&self, plays: &[Play]) {
        let targets = plays.iter().flat_map(|play| &play.targets).map(|_| 1.0).sum::<f64>();
        for _ in 0..300 {
            tokio::time::sleep(Duration::from_millis(200)).await;
            if self.up().await == Some(targets + 1.0) {
                return;
            }
        }
        let log = fs::read_to_string(self.dir.path().join("prometheus.log")).unwrap();
        panic!("Prometheus does not scrape every target: {:?}\n{log}", self.up().await);
    }

    async fn up(&self) -> Option<f64> {
        let url = format!("http://{}/api/v1/query?query=sum(up)", self.prometheus);
        let answer: Value = reqwest::get(url).await.ok()?.json().await.ok()?;
        answer["data"]["result"][0]["value"][1].as_str()?.parse().ok()
    }

    /// Ends both.
    pub(super) async fn stop(mut self) {
        for child in &mut self.children {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "a program of the stack has ended by itself: {ended:?}");
            child.kill().await.unwrap();
        }
    }
}

fn started(program: &str, dir: &Path, arguments: &[String]) -> Child {
    let log = fs::File::create(dir.join(format!("{program}.log"))).unwrap();
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
    command.spawn().unwrap()
}

fn scrapes(
    plays: &[Play],
    kubernetes: SocketAddr,
    alertmanager: SocketAddr,
    rules: &Path,
) -> String {
    let mut text = format!(
        "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\n\
         rule_files: ['{}/*.yaml']\n\
         alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{alertmanager}']}}]}}]}}\n\
         scrape_configs:\n\
         - {{job_name: kube-state-metrics, honor_labels: true, static_configs: [{{targets: ['{kubernetes}']}}]}}\n",
        rules.display(),
    );
    for play in plays {
        let targets: Vec<_> = play.targets.iter().map(|target| format!("'{target}'")).collect();
        let (name, targets) = (play.incident.name, targets.join(", "));
        writeln!(text, "- {{job_name: {name}, static_configs: [{{targets: [{targets}], labels: {{namespace: shop}}}}]}}")
            .unwrap();
    }
    text
}

/// The generated routes, with addresses instead of secrets, and lengths of time divided. They are those of every
/// incident's service.
fn routes(webhook: SocketAddr) -> String {
    let path = "../examples/todo/deploy/generated/alertmanager/alertmanager.yaml";
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let text = text
        .replace("service=\"todo\"", "service!=\"\"")
        .replace("namespace=\"todo\"", "namespace=\"shop\"");
    let line = |line: &str| {
        if line.contains("environment=") {
            return String::new();
        }
        if let Some((before, file)) = line.split_once("url_file: ") {
            let name = file.rsplit('/').next().unwrap();
            return format!("{before}url: http://{webhook}/{name}\n");
        }
        if let Some((before, time)) = line.split_once(": ")
            && ["group_wait", "group_interval", "repeat_interval"].contains(&before.trim())
        {
            return format!("{before}: {}\n", divided(time));
        }
        format!("{line}\n")
    };
    text.lines().map(line).collect()
}

/// `5m` as milliseconds, divided.
fn divided(time: &str) -> String {
    let (number, unit) = time.split_at(time.len() - 1);
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => panic!("`{time}` is no length of time"),
    };
    let milliseconds = number.parse::<u32>().unwrap() * seconds * 1000 / SCALE;
    format!("{milliseconds}ms")
}
