//! The webhook that Alertmanager tells.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::extract::Path;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;

/// An alert that came, for the first time.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) at: Instant,
    pub(super) receiver: String,
    pub(super) labels: Value,
    pub(super) annotations: Value,
}

impl Heard {
    /// A label's value; nothing where it has none.
    pub(super) fn label(&self, name: &str) -> &str {
        self.labels[name].as_str().unwrap_or_default()
    }

    /// An annotation's text; nothing where it has none.
    pub(super) fn annotation(&self, name: &str) -> &str {
        self.annotations[name].as_str().unwrap_or_default()
    }

    fn is_again(&self, other: &Self) -> bool {
        self.receiver == other.receiver && self.labels == other.labels
    }
}

/// A webhook for every receiver: the path is its name.
pub(super) struct Webhook {
    pub(super) address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Webhook {
    pub(super) async fn start() -> Self {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&heard);
        let hear = async move |Path(receiver): Path<String>, Json(body): Json<Value>| {
            let mut heard = shared.lock().unwrap();
            for alert in body["alerts"].as_array().into_iter().flatten() {
                if alert["status"] == "firing" {
                    let alert = Heard {
                        at: Instant::now(),
                        receiver: receiver.clone(),
                        labels: alert["labels"].clone(),
                        annotations: alert["annotations"].clone(),
                    };
                    if !heard.iter().any(|other| alert.is_again(other)) {
                        heard.push(alert);
                    }
                }
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route("/{receiver}", post(hear));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, heard }
    }

    /// Everything that came.
    pub(super) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }
}
