//! A running Alertmanager, and the webhook that it notifies.

use std::fs;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::Path;
use axum::routing::post;
use axum::{Json, Router};
use goldsignal_tests::free_address;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

/// A receiver, and the labels of the alerts that it is notified of together.
type Notification = (String, Vec<Value>);

/// A webhook for every receiver: the path is its name.
pub(super) struct Webhook {
    pub(super) address: SocketAddr,
    told: Arc<Mutex<Vec<Notification>>>,
}

impl Webhook {
    pub(super) async fn start() -> Self {
        let told = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&told);
        let hear = async move |Path(receiver): Path<String>, Json(body): Json<Value>| {
            let alerts = body["alerts"].as_array().unwrap().iter();
            let labels = alerts.map(|alert| alert["labels"].clone()).collect();
            shared.lock().unwrap().push((receiver, labels));
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route("/{*receiver}", post(hear));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, told }
    }

    /// Each receiver with the labels of an alert of which it was notified.
    pub(super) fn told(&self) -> Vec<(String, Value)> {
        let told = self.told.lock().unwrap();
        let alerts = told.iter().flat_map(|(receiver, alerts)| {
            alerts.iter().map(|labels| (receiver.clone(), labels.clone()))
        });
        alerts.collect()
    }

    /// How many alerts each notification of a receiver has.
    pub(super) fn notifications(&self, receiver: &str) -> Vec<usize> {
        let told = self.told.lock().unwrap();
        let own = told.iter().filter(|(to, _)| to == receiver);
        own.map(|(_, alerts)| alerts.len()).collect()
    }
}

/// The program, running.
pub(super) struct Alertmanager {
    address: SocketAddr,
    child: Child,
    _folder: tempfile::TempDir,
}

impl Alertmanager {
    pub(super) async fn start(config: &Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        // JSON is YAML as well.
        fs::write(path("alertmanager.yaml"), config.to_string()).unwrap();
        let address = free_address();
        let log = fs::File::create(path("log")).unwrap();
        let child = Command::new("prometheus-alertmanager")
            .arg(format!("--config.file={}", path("alertmanager.yaml")))
            .arg(format!("--storage.path={}", path("data")))
            .arg("--cluster.listen-address=")
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let answer = reqwest::get(format!("http://{address}/-/ready")).await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Self { address, child, _folder: folder };
            }
        }
        panic!("{}", fs::read_to_string(path("log")).unwrap());
    }

    pub(super) async fn send(&self, alerts: &[Value]) {
        let body = serde_json::to_string(alerts).unwrap();
        let request = reqwest::Client::new().post(format!("http://{}/api/v2/alerts", self.address));
        let request = request.header("content-type", "application/json").body(body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    pub(super) async fn stop(mut self) {
        assert!(self.child.try_wait().unwrap().is_none(), "it has ended by itself");
        self.child.kill().await.unwrap();
    }
}
