//! Secrets in every part of a request to the todo service are in neither its log nor its metrics. A
//! user is logged as a hash, which is the same on every replica with the same key.

use serde_json::{Value, json};

use crate::service::Service;

/// A user whose id is in the path, where only a hash of it may be told.
const USER: &str = "canary-user";

/// Sends requests with canaries; returns the log and the metrics.
async fn told(key: &str) -> (Vec<String>, String) {
    let mut service = Service::start_with(&[("GOLDSIGNAL_HASH_KEY", key)]).await;
    let client = reqwest::Client::new();
    let tasks = format!("http://{}/api/{USER}/tasks", service.address);
    let send = async |request: reqwest::RequestBuilder| {
        let request = request
            .header("authorization", "Bearer canary-authorization")
            .header("cookie", "session=canary-cookie")
            .header("user-agent", "canary-agent")
            .header("x-request-id", "canary request id with blanks");
        request.send().await.unwrap().status().as_u16()
    };
    let task = json!({"title": "canary-title", "description": "canary-description"});
    assert_eq!(send(client.post(&tasks).json(&task)).await, 201);
    assert_eq!(send(client.get(format!("{tasks}?token=canary-query"))).await, 200);
    assert_eq!(send(client.get(format!("{tasks}/canary-no-number"))).await, 404);
    assert_eq!(send(client.post(&tasks).body("{\"title\": \"canary-broken")).await, 400);
    assert_eq!(send(client.get(format!("http://{}/canary-path", service.address))).await, 404);
    let metrics = format!("http://{}/metrics", service.admin);
    let metrics = client.get(metrics).send().await.unwrap().text().await.unwrap();
    (service.stop().await, metrics)
}

/// The users of the lines, as they are told.
fn users(lines: &[String]) -> Vec<String> {
    let lines = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter_map(|line| Some(line.get("user")?.as_str()?.to_owned())).collect()
}

#[tokio::test]
#[ignore = "needs programs: run tests/run end_to_end"]
async fn what_clients_send_is_told_nowhere_and_who_they_are_by_a_keyed_hash() {
    let (lines, metrics) = told("one key").await;
    assert!(lines.len() >= 5, "{lines:?}");
    for text in lines.iter().map(String::as_str).chain([metrics.as_str()]) {
        assert!(!text.contains("canary"), "{text}");
    }
    let one = users(&lines);
    assert!(
        one.len() >= 2 && one.iter().all(|user| *user == one[0] && user.len() == 16),
        "{one:?}"
    );

    let again = users(&told("one key").await.0);
    assert_eq!(again[0], one[0], "another process with the key tells the same");
    let other = users(&told("another key").await.0);
    assert_ne!(other[0], one[0], "without the key nobody can tell whose it is");
}
