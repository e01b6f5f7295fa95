//! Rows about requests and streams that are open when the server begins to shut down: everything is
//! recorded before the server returns.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, Version};
use axum::routing::{get, post};
use futures::{StreamExt, stream};
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::Client;
use crate::expect::{call, handler, request, stream as stream_of};
use crate::handlers::app;
use crate::sockets::{UPGRADE, events, served, sockets};
use crate::stage::{GRACE, Stage};
use crate::{Row, row};

/// As [`served`]; the server must stop within this time after the signal.
fn served_until<F>(
    stage: &Stage,
    app: Router,
    within: Duration,
    client: impl FnOnce(SocketAddr) -> F,
) where
    F: Future,
{
    let mut asked = Instant::now();
    served(stage, app, async |address, stop| {
        let kept = client(address).await;
        // The request must arrive first.
        tokio::time::sleep(Duration::from_millis(50)).await;
        asked = Instant::now();
        drop(stop);
        // The client stays until the server has gone.
        std::mem::forget(kept);
    });
    let took = asked.elapsed();
    assert!(took < within, "stopped after {took:?}");
}

/// Time enough for the grace and all that follows.
const AFTER_GRACE: Duration = Duration::from_secs(8);

/// Less than the grace.
const AT_ONCE: Duration = GRACE;

/// Asks for a handler that never answers.
fn hangs(stage: &Stage, version: Version) {
    served_until(stage, app(), AFTER_GRACE, async |address| {
        let client = Client::connect(address, version).await;
        let request = Request::get("http://localhost/items/4").header("host", "localhost");
        let request = request.body(Body::empty()).unwrap();
        drop(tokio::spawn(async move {
            match client {
                Client::One(mut sender) => drop(sender.send_request(request).await),
                Client::Two(mut sender) => drop(sender.send_request(request).await),
            }
        }));
    });
}

/// Asks for events, of which one comes. The client sees that there are no more.
fn listens(stage: &Stage, version: Version) {
    let app = Router::new().route("/events", get(events));
    served(stage, app, async |address, stop| {
        let mut client = Client::connect(address, version).await;
        let mut response = client.ask("/events", &[]).await;
        response.body_mut().frame().await.unwrap().unwrap();
        drop(stop);
        let rest = tokio::time::timeout(AT_ONCE, response.into_body().collect()).await;
        let rest = rest.expect("ends at once").expect("ends as if finished");
        assert!(rest.to_bytes().is_empty());
    });
}

/// Begins to read a body that has no more to say.
fn reads(stage: &Stage, version: Version) {
    let body = async || {
        let first = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"first"))]);
        Body::from_stream(first.chain(stream::pending()))
    };
    served_until(stage, Router::new().route("/body", get(body)), AFTER_GRACE, async |address| {
        let mut client = Client::connect(address, version).await;
        let mut response = client.ask("/body", &[]).await;
        response.body_mut().frame().await.unwrap().unwrap();
        (client, response)
    });
}

async fn send(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// A handler that hangs without reading the body: the server reads nothing from the connection, either.
fn uploads(stage: &Stage) {
    let app = Router::new().route("/unread", post(async || std::future::pending::<()>().await));
    served_until(stage, app, AFTER_GRACE, async |address| {
        let head = b"POST /unread HTTP/1.1\r\nhost: x\r\ncontent-length: 100000000\r\n\r\n";
        let mut stream = send(address, head).await;
        let part = vec![b'x'; 1 << 20];
        let _ = tokio::time::timeout(Duration::from_millis(100), stream.write_all(&part)).await;
        stream
    });
}

/// Connections that are idle, silent, or in the middle of a head.
fn waits(stage: &Stage) {
    let app = Router::new().route("/", get(async || "ok"));
    served_until(stage, app, Duration::from_secs(5), async |address| {
        let mut idle = send(address, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        idle.read_exact(&mut [0; 12]).await.unwrap();
        let silent = TcpStream::connect(address).await.unwrap();
        (idle, silent, send(address, b"GET / HTTP/1.1\r\nhos").await, send(address, b"PRI").await)
    });
}

pub(crate) fn rows() -> Vec<Row> {
    let cancelled = || {
        let request = request("GET", "/items/{id}", 0, "cancelled").of("item");
        [request, handler("item", "cancelled")]
    };
    let listened = || {
        let request = request("GET", "/events", 200, "ok").streams();
        [request, stream_of("/events", "ok")]
    };
    let broken = || [request("GET", "/body", 200, "aborted")];
    vec![
        row("handler hangs at shutdown, HTTP/1", |s| hangs(s, Version::HTTP_11), cancelled()),
        row("handler hangs at shutdown, HTTP/2", |s| hangs(s, Version::HTTP_2), cancelled()),
        row("silent SSE at shutdown, HTTP/1", |s| listens(s, Version::HTTP_11), listened()),
        row("silent SSE at shutdown, HTTP/2", |s| listens(s, Version::HTTP_2), listened()),
        row("body hangs at shutdown, HTTP/1", |s| reads(s, Version::HTTP_11), broken()),
        row("body hangs at shutdown, HTTP/2", |s| reads(s, Version::HTTP_2), broken()),
        row(
            "upload that the handler does not read, at shutdown",
            uploads,
            [request("POST", "/unread", 0, "cancelled")],
        ),
        row(
            "WebSocket open at shutdown",
            |s| {
                served_until(s, sockets(), AT_ONCE, async |address| {
                    let mut stream = send(address, UPGRADE.as_bytes()).await;
                    stream.read_exact(&mut [0; 12]).await.unwrap();
                    stream
                });
            },
            [request("GET", "/ws", 101, "ok"), call("socket", "ok").long()],
        ),
        row("no request at shutdown", waits, [request("GET", "/", 200, "ok")]),
    ]
}
