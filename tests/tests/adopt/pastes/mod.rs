//! A paste bin: files, compression, request ids of its own, and an error type that is no `Fault`.

mod after;
mod before;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use tower_http::request_id::{MakeRequestId, RequestId};

use crate::adopted::{Adopted, Answer, served, served_before};
use crate::client::Client;
use crate::expect::{End, handler, request};

/// The pastes, in memory.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<BTreeMap<u32, String>>>);

impl Store {
    fn add(&self, text: String) -> Result<u32, Error> {
        if text.len() > 100_000 {
            return Err(Error::TooLarge);
        }
        let mut pastes = self.0.lock().unwrap();
        let id = u32::try_from(pastes.len()).map_err(anyhow::Error::new)? + 1;
        pastes.insert(id, text);
        Ok(id)
    }

    fn get(&self, id: u32) -> Result<String, Error> {
        if id == 13 {
            return Err(Error::Store(anyhow::anyhow!("the page of paste {id} is damaged")));
        }
        self.0.lock().unwrap().get(&id).cloned().ok_or(Error::NoSuchPaste)
    }

    fn remove(&self, id: u32) -> Result<(), Error> {
        self.0.lock().unwrap().remove(&id).map(drop).ok_or(Error::NoSuchPaste)
    }
}

/// An error with a response, which knows nothing about metrics.
enum Error {
    NoSuchPaste,
    TooLarge,
    Store(anyhow::Error),
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Store(error)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::NoSuchPaste => (StatusCode::NOT_FOUND, "no such paste".to_owned()),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too large".to_owned()),
            Self::Store(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        };
        (status, text).into_response()
    }
}

/// The service's own request ids.
#[derive(Clone)]
struct Numbered;

impl MakeRequestId for Numbered {
    fn make_request_id<B>(&mut self, request: &Request<B>) -> Option<RequestId> {
        let id = format!("paste{}", request.uri().path().replace('/', "-"));
        HeaderValue::from_str(&id).ok().map(RequestId::new)
    }
}

/// The files that the service hands out, in a folder that ends with the test.
fn files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("app.js"), "paste();\n".repeat(10_000)).unwrap();
    // More than the buffers of a connection hold.
    std::fs::File::create(folder.path().join("archive")).unwrap().set_len(64 << 20).unwrap();
    folder
}

/// Sends every kind of request; returns the answers.
async fn drive(address: SocketAddr, version: Version) -> Vec<Answer> {
    let mut client = Client::connect(address, version).await;
    let json: &[_] = &[("content-type", "application/json")];
    let mut answers = Vec::new();
    for (method, path, headers, body) in [
        ("GET", "/", &[][..], ""),
        ("POST", "/api/pastes", json, r#"{"text":"a paste"}"#),
        ("POST", "/api/pastes", json, r#"{"text":"#),
        ("GET", "/api/pastes/1", &[], ""),
        ("HEAD", "/api/pastes/1", &[], ""),
        ("GET", "/api/pastes/7", &[], ""),
        ("GET", "/api/pastes/13", &[], ""),
        ("GET", "/api/pastes/x", &[], ""),
        ("GET", "/raw/1", &[("accept-encoding", "gzip")], ""),
        ("GET", "/static/app.js", &[], ""),
        ("GET", "/static/app.js", &[("range", "bytes=0-99")], ""),
        ("GET", "/static/app.js", &[("accept-encoding", "gzip")], ""),
        ("GET", "/static/none.js", &[], ""),
        ("DELETE", "/api/pastes/1", &[], ""),
        ("PUT", "/api/pastes/1", &[], ""),
        ("GET", "/wp-login.php", &[], ""),
    ] {
        answers
            .push(Answer::read(client.send(method, path, headers, Body::from(body)).await).await);
    }
    leave(Client::connect(address, version).await).await;
    answers
}

/// Begins to download the archive, and leaves.
async fn leave(mut client: Client) {
    let mut response = client.ask("/static/archive", &[]).await;
    response.body_mut().frame().await.unwrap().unwrap();
    drop((response, client));
    // The server must notice this before the stop.
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// How all of that ends.
fn ends() -> Vec<End> {
    let of = |method, endpoint, status, outcome| request(method, endpoint, status, outcome);
    let paste = "/api/pastes/{id}";
    vec![
        of("GET", "/", 200, "ok").of("index"),
        handler("index", "ok"),
        of("POST", "/api/pastes", 201, "ok").of("create"),
        handler("create", "ok"),
        of("POST", "/api/pastes", 400, "client_error").of("create").by("400"),
        of("GET", paste, 200, "ok").of("read"),
        of("HEAD", paste, 200, "ok").of("read"),
        handler("read", "ok").times(2),
        of("GET", paste, 404, "client_error").of("read").by("404"),
        handler("read", "client_error").by("404"),
        of("GET", paste, 500, "server_error").of("read").by("500"),
        handler("read", "server_error").by("500"),
        of("GET", paste, 400, "client_error").of("read").by("400"),
        of("GET", "/raw/{id}", 200, "ok").of("raw"),
        handler("raw", "ok"),
        of("GET", "/static/{*path}", 200, "ok").times(2),
        of("GET", "/static/{*path}", 206, "ok"),
        of("GET", "/static/{*path}", 404, "client_error").by("404"),
        of("GET", "/static/{*path}", 200, "aborted"),
        of("DELETE", paste, 204, "ok").of("remove"),
        handler("remove", "ok"),
        of("PUT", paste, 405, "client_error").by("405"),
        of("GET", "_unmatched", 404, "client_error").by("404"),
    ]
}

#[test]
fn a_paste_bin_answers_as_before_and_counts_everything() {
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let folder = files();
        let before = served_before(before::app(folder.path()), async |address| {
            drive(address, version).await
        });
        let adopted = Adopted::new();
        let app = after::app(folder.path());
        let after = served(&adopted, app, async |address| drive(address, version).await);
        assert_eq!(before, after, "{version:?}");
        adopted.assert_ended(&ends());
        adopted.assert_value("pastes_created_total", 1.0);
        for line in adopted.closing_lines() {
            let id = line["request_id"].as_str().unwrap();
            assert!(id.starts_with("paste-"), "the service's own id: {line}");
        }
        let errors = adopted.texts("error");
        assert_eq!(errors, Vec::<String>::new(), "an opaque error says nothing of itself");
    }
}

fn within(folder: &Path) -> tower_http::services::ServeDir {
    tower_http::services::ServeDir::new(folder)
}
