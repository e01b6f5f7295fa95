//! Rows over real sockets, with a client that disconnects at any time.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::response::sse::{Event, Sse};
use axum::routing::get;
use futures::{Stream, StreamExt, stream};
use goldsignal::observed;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::expect::{call, handler, request, stream as stream_of};
use crate::handlers::app;
use crate::stage::Stage;
use crate::{Row, row};

/// Sends a head and reads up to `bytes` of the answer; returns the connection.
async fn ask(address: std::net::SocketAddr, path: &str, bytes: usize) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; bytes];
    stream.read_exact(&mut answer).await.unwrap();
    stream
}

/// Serves `app` while `client` acts, stops gracefully, and waits for the server.
pub(crate) fn served<F>(
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

/// One event, and then none for as long as the client stays.
pub(crate) async fn events() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let first = stream::iter([Ok(Event::default().data("first"))]);
    Sse::new(first.chain(stream::pending()))
}

/// The life of a WebSocket.
#[observed(name = "socket", long)]
async fn socket(mut socket: WebSocket) {
    while let Some(Ok(_)) = socket.recv().await {}
}

/// The handshake of RFC 6455.
pub(crate) const UPGRADE: &str = "GET /ws HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                       sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// A masked frame that closes.
const CLOSE: [u8; 6] = [0x88, 0x80, 0, 0, 0, 0];

/// An application of such.
pub(crate) fn sockets() -> Router {
    let upgrade = async |upgrade: WebSocketUpgrade| {
        let current = goldsignal::current();
        upgrade.on_upgrade(async move |ws| current.instrument(socket(ws)).await)
    };
    Router::new().route("/ws", get(upgrade))
}

/// A client that upgrades, says something, and closes.
fn upgrade(stage: &Stage) {
    let (done, ended) = oneshot::channel::<()>();
    let done = Arc::new(Mutex::new(Some(done)));
    let app = Router::new().route(
        "/ws",
        get(async move |upgrade: WebSocketUpgrade| {
            // The request ends with its head; the stream keeps its ids.
            let current = goldsignal::current();
            upgrade.on_upgrade(async move |ws| {
                current.instrument(socket(ws)).await;
                drop(done.lock().unwrap().take());
            })
        }),
    );
    served(stage, app, async |address, stop| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(UPGRADE.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 101");
        // A masked text of one letter.
        stream.write_all(&[0x81, 0x81, 0, 0, 0, 0, b'x']).await.unwrap();
        stream.write_all(&CLOSE).await.unwrap();
        assert!(ended.await.is_err(), "only dropped");
        drop((stream, stop));
    });
}

pub(crate) fn rows() -> Vec<Row> {
    let item = |status, outcome| request("GET", "/items/{id}", status, outcome).of("item");
    vec![
        row(
            "client disconnects before the handler ends",
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
            "client disconnects in the middle of the body",
            |s| {
                served(s, Router::new().route("/flood", get(flood)), async |address, stop| {
                    drop((ask(address, "/flood", 1 << 18).await, stop));
                });
            },
            [request("GET", "/flood", 200, "aborted")],
        ),
        row(
            "SSE left open, then closed, over a socket",
            |s| {
                served(s, Router::new().route("/events", get(events)), async |address, stop| {
                    drop(ask(address, "/events", 64).await);
                    // The server has to hear of it before it is asked to stop: that ends streams, too.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    drop(stop);
                });
            },
            [request("GET", "/events", 200, "ok").streams(), stream_of("/events", "aborted")],
        ),
        row(
            "WebSocket upgrade",
            upgrade,
            [request("GET", "/ws", 101, "ok"), call("socket", "ok").long()],
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
