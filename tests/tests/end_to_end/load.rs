//! A known load: every route, successful and failing, with and without ids from the client.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::totals::Totals;

const TASKS: &str = "/api/{user_id}/tasks";
const TASK: &str = "/api/{user_id}/tasks/{task_id}";
const COMPLETE: &str = "/api/{user_id}/tasks/{task_id}/complete";

/// The requests sent so far, and how they were answered.
pub(crate) struct Load {
    client: Client,
    service: SocketAddr,
    pub(crate) totals: Totals,
    /// Ids that were sent: of the request, and of its trace where one was sent.
    pub(crate) ids: BTreeMap<String, Option<String>>,
    /// Ids that the service made.
    pub(crate) made: Vec<String>,
    number: u64,
}

impl Load {
    pub(crate) fn new(service: SocketAddr) -> Self {
        let totals = Totals {
            // Declared counters stand at zero and are left out of the comparison.
            created: BTreeMap::new(),
            ..Totals::default()
        };
        let (ids, made) = (BTreeMap::new(), Vec::new());
        Self { client: Client::new(), service, totals, ids, made, number: 0 }
    }

    /// How many requests were sent.
    pub(crate) fn sent(&self) -> u64 {
        self.totals.requests.values().sum()
    }

    /// Sends everything.
    pub(crate) async fn run(&mut self) {
        for round in 0..200 {
            self.life_of_a_task(round).await;
            self.mistakes(round).await;
        }
    }

    async fn life_of_a_task(&mut self, round: u32) {
        let user = ["ada", "grace", "alan"][round as usize % 3];
        let tasks = format!("/api/{user}/tasks");
        let described = round.is_multiple_of(4);
        let description = described.then_some("Text with \"quotes\" and\na line break.");
        let task = json!({"title": format!("Task {round}"), "description": description});
        let created = self.send(Method::POST, &tasks, TASKS, 201, |r| r.json(&task)).await;
        *self.totals.created.entry(described.to_string()).or_default() += 1;
        self.totals.active += 1;
        let created: Value = created.json().await.unwrap();
        let one = format!("{tasks}/{}", created["id"]);
        self.send(Method::GET, &one, TASK, 200, |r| r).await;
        self.send(Method::HEAD, &one, TASK, 200, |r| r).await;
        let change = json!({"title": "Renamed"});
        let changed = self.send(Method::PATCH, &one, TASK, 200, |r| r.json(&change)).await;
        assert_eq!(changed.json::<Value>().await.unwrap()["title"], "Renamed");
        self.send(Method::GET, &tasks, TASKS, 200, |r| r).await;
        let complete = format!("{one}/complete");
        if round.is_multiple_of(2) {
            self.send(Method::POST, &complete, COMPLETE, 200, |r| r).await;
            self.totals.completed += 1;
            self.totals.active -= 1;
            self.send(Method::POST, &complete, COMPLETE, 409, |r| r).await;
        }
        if round % 4 == 1 {
            self.send(Method::DELETE, &one, TASK, 204, |r| r).await;
            self.totals.active -= 1;
            self.send(Method::GET, &one, TASK, 404, |r| r).await;
        }
    }

    async fn mistakes(&mut self, round: u32) {
        let tasks = "/api/ada/tasks";
        self.send(Method::POST, tasks, TASKS, 422, |r| r.json(&json!({"title": " "}))).await;
        self.send(Method::POST, tasks, TASKS, 400, |r| r.body("{")).await;
        let nowhere = format!("/nowhere/{round}");
        self.send(Method::GET, &nowhere, "_unmatched", 404, |r| r).await;
        self.send(Method::PUT, tasks, TASKS, 405, |r| r).await;
        let missing = format!("{tasks}/{}/complete", 1_000_000 + round);
        self.send(Method::POST, &missing, COMPLETE, 404, |r| r).await;
        let odd = Method::from_bytes(b"BREW").unwrap();
        self.send_as(odd, "_OTHER", "/api/ada/tasks/1", TASK, 405, |r| r).await;
        self.send(Method::GET, "/api/not%20sane/tasks", TASKS, 400, |r| r).await;
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        endpoint: &str,
        expected: u16,
        prepare: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Response {
        let label = method.as_str().to_owned();
        self.send_as(method, &label, path, endpoint, expected, prepare).await
    }

    async fn send_as(
        &mut self,
        method: Method,
        label: &str,
        path: &str,
        endpoint: &str,
        expected: u16,
        prepare: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Response {
        self.number += 1;
        let url = format!("http://{}{path}", self.service);
        let request = prepare(self.client.request(method, url));
        let (request, id) = self.identify(request);
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), expected, "{label} {path}");
        let echoed = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        match id {
            Some(id) => assert_eq!(echoed, id, "the id that was sent is echoed"),
            None => self.made.push(echoed),
        }
        if expected >= 400 && expected != 405 {
            assert_eq!(response.headers()["content-type"], "application/problem+json", "{path}");
        }
        self.totals.count(label, endpoint, expected);
        response
    }

    /// Every third request brings an id, every sixth a trace; every tenth an id that is not sane.
    fn identify(&mut self, request: RequestBuilder) -> (RequestBuilder, Option<String>) {
        let number = self.number;
        if number.is_multiple_of(10) {
            return (request.header("x-request-id", "forged\" id"), None);
        }
        if !number.is_multiple_of(3) {
            return (request, None);
        }
        let id = format!("load-{number}");
        let request = request.header("x-request-id", &id);
        let trace = number.is_multiple_of(6).then(|| format!("{number:032x}"));
        let request = match &trace {
            Some(trace) => request.header("traceparent", format!("00-{trace}-00000000000000aa-01")),
            None => request,
        };
        self.ids.insert(id.clone(), trace);
        (request, Some(id))
    }
}
