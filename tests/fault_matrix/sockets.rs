//! Rows over real sockets, with a client that goes when it likes.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use futures::{StreamExt, stream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::expect::{handler, request};
use crate::handlers::app;
use crate::stage::Stage;
use crate::{Row, row};

/// Sends a head, reads up to `bytes` of the answer, and gives back the connection.
async fn ask(address: std::net::SocketAddr, path: &str, bytes: usize) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; bytes];
    stream.read_exact(&mut answer).await.unwrap();
    stream
}

/// Serves `app` while `client` acts, stops gracefully, and waits for the server.
fn served<F>(
    stage: &Stage,
    app: Router,
    client: impl FnOnce(std::net::SocketAddr, oneshot::Sender<()>) -> F,
) where
    F: Future<Output = ()>,
{
    stage.run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let telemetry = stage.telemetry.clone();
        let stopped = async move { drop(stopped.await) };
        let server =
            tokio::spawn(async move { telemetry.serve_until(listener, app, stopped).await });
        client(address, stop).await;
        let stopped = tokio::time::timeout(Duration::from_secs(20), server).await;
        stopped.expect("the server stops").unwrap().unwrap();
    });
}

/// Bytes for as long as someone reads.
async fn flood() -> Body {
    Body::from_stream(stream::repeat(vec![b'a'; 1 << 16]).map(Ok::<_, std::io::Error>))
}

pub(crate) fn rows() -> Vec<Row> {
    let item = |status, outcome| request("GET", "/items/{id}", status, outcome).of("item");
    vec![
        row(
            "client gone before the handler ends",
            |s| {
                served(s, app(), async |address, stop| {
                    let stream = ask(address, "/items/4", 0).await;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    drop((stream, stop));
                });
            },
            [item(0, "cancelled"), handler("item", "cancelled")],
        ),
        row(
            "client gone in the middle of the body",
            |s| {
                served(s, Router::new().route("/flood", get(flood)), async |address, stop| {
                    drop((ask(address, "/flood", 1 << 18).await, stop));
                });
            },
            [request("GET", "/flood", 200, "aborted")],
        ),
        row(
            "graceful stop with requests in flight",
            |s| {
                served(s, app(), async |address, stop| {
                    let mut streams = Vec::new();
                    for _ in 0..3 {
                        streams.push(ask(address, "/items/5", 0).await);
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    drop(stop);
                    for mut stream in streams {
                        let mut answer = String::new();
                        stream.read_to_string(&mut answer).await.unwrap();
                        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                    }
                });
            },
            [item(200, "ok").times(3), handler("item", "ok").times(3)],
        ),
    ]
}
