//! `--demo`: a temporary database, and traffic to all routes for a limited time.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

/// How long the traffic lasts: ten minutes of 20 requests a second.
const ROUNDS: u32 = 1200;
const PAUSE: Duration = Duration::from_millis(500);

/// A request with this header is delayed by as many milliseconds.
const DELAY_HEADER: &str = "x-demo-delay-ms";
const MAX_DELAY_MS: u64 = 2000;

/// An embedded database in a temporary directory, which is removed when this is dropped.
#[derive(Debug)]
pub struct Database(tempfile::TempDir);

impl Database {
    /// Creates the directory.
    ///
    /// # Errors
    /// If the directory cannot be created.
    pub fn new() -> io::Result<Self> {
        tempfile::tempdir().map(Self)
    }

    /// The database's file.
    pub fn path(&self) -> String {
        self.0.path().join("todo.db").to_string_lossy().into_owned()
    }
}

/// Prints the addresses of the demo.
pub fn announce(service: SocketAddr, admin: Option<SocketAddr>) {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let has_token = is_set("GOLDSIGNAL_ADMIN_TOKEN") || is_set("GOLDSIGNAL_ADMIN_TOKEN_FILE");
    for line in addresses(service, admin, has_token) {
        eprintln!("todo demo: {line}");
    }
}

fn addresses(service: SocketAddr, admin: Option<SocketAddr>, has_token: bool) -> Vec<String> {
    let service = reachable(service);
    let mut lines = match admin.map(reachable) {
        Some(admin) => {
            let token = if has_token { "; it asks for the admin token" } else { "" };
            vec![
                format!("see what the service does at http://{admin}/{token}"),
                format!(
                    "metrics are at http://{admin}/metrics, readiness at http://{admin}/readyz"
                ),
            ]
        }
        None => vec![
            "GOLDSIGNAL_ADMIN_ADDR is `off`, so there is no page and there are no metrics"
                .to_owned(),
        ],
    };
    lines.push(format!(
        "http://{service}/api/ada/tasks answers, with 20 requests a second of its own"
    ));
    lines.push("the log follows on the standard output; Ctrl-C stops everything".to_owned());
    lines
}

/// An address to connect to: a listener on all addresses is also on loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Delays requests that have the header.
pub fn delay_on_request(app: Router) -> Router {
    app.layer(from_fn(async |request: Request, next: Next| -> Response {
        let delay =
            request.headers().get(DELAY_HEADER).and_then(|delay| delay.to_str().ok()?.parse().ok());
        if let Some(delay) = delay {
            tokio::time::sleep(Duration::from_millis(u64::min(delay, MAX_DELAY_MS))).await;
        }
        next.run(request).await
    }))
}

/// Sends the traffic. Returns early when the service is gone.
pub async fn send_traffic(service: SocketAddr) {
    let client = Client::new();
    for round in 0..ROUNDS {
        if let Err(error) = send_round(&client, service, round).await
            && error.is_connect()
        {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Sends about ten requests: the life of a task, and some errors.
async fn send_round(client: &Client, service: SocketAddr, round: u32) -> reqwest::Result<()> {
    let user = ["ada", "grace", "alan", "edsger"][round as usize % 4];
    let tasks = format!("http://{service}/api/{user}/tasks");
    let description = (round.is_multiple_of(3)).then_some("From the demo.");
    let task = json!({"title": format!("Task {round}"), "description": description});
    let created = client.post(&tasks).json(&task).send().await?;
    if created.status() == StatusCode::CREATED {
        let created: Value = created.json().await?;
        let one = format!("{tasks}/{}", created["id"]);
        client.get(&one).send().await?;
        client.patch(&one).json(&json!({"title": "Renamed"})).send().await?;
        client.post(format!("{one}/complete")).send().await?;
        if round.is_multiple_of(5) {
            client.post(format!("{one}/complete")).send().await?;
        }
        if round.is_multiple_of(2) {
            client.delete(&one).send().await?;
        }
    }
    client.get(&tasks).send().await?;
    client.post(format!("http://{service}/web-vitals")).json(&web_vitals(round)).send().await?;
    let mistakes = [
        client.get(format!("{tasks}/0")),
        client.post(&tasks).json(&json!({"title": ""})),
        client.post(&tasks).body("{"),
        client.get(format!("http://{service}/nowhere/{round}")),
        client.request(Method::PUT, &tasks),
    ];
    for (number, mistake) in mistakes.into_iter().enumerate() {
        if round as usize % 5 == number {
            mistake.send().await?;
        }
    }
    if round.is_multiple_of(20) {
        client.get(&tasks).header(DELAY_HEADER, 300 + u64::from(round % 7) * 200).send().await?;
    }
    Ok(())
}

/// What a browser measured on a page: mostly good, now and then slow.
fn web_vitals(round: u32) -> Value {
    let (lcp, rating) = match round % 40 {
        39 => (4.6, "poor"),
        13 | 26 => (3.1, "needs-improvement"),
        step => (0.6 + f64::from(step) / 25.0, "good"),
    };
    let ttfb = 0.03 + f64::from(round % 9) / 50.0;
    let inp = 0.04 + f64::from(round % 7) / 100.0;
    let page = if round.is_multiple_of(5) { "/" } else { "/u/[user]" };
    json!({"page": page, "vitals": [
        {"metric": "lcp", "value": lcp, "rating": rating},
        {"metric": "ttfb", "value": ttfb, "rating": "good"},
        {"metric": "inp", "value": inp, "rating": "good"},
        {"metric": "cls", "value": 0.02, "rating": "good"},
    ]})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_comes_first() {
        let service = SocketAddr::from(([0, 0, 0, 0], 8000));
        let lines = |admin: &str, has_token| addresses(service, admin.parse().ok(), has_token);
        let local = lines("127.0.0.1:9464", false);
        assert_eq!(local[0], "see what the service does at http://127.0.0.1:9464/");
        assert!(local[2].starts_with("http://127.0.0.1:8000/api/"), "{local:?}");
        let public = lines("[::]:9464", true);
        assert_eq!(
            public[0],
            "see what the service does at http://[::1]:9464/; it asks for the admin token"
        );
        assert!(lines("off", false)[0].contains("GOLDSIGNAL_ADMIN_ADDR"));
    }
}
