//! Clients whose request heads come slowly are disconnected; idle ones are not.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get as on_get;
use goldsignal::{Telemetry, testing};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::{get, send};

const TIMEOUT: Duration = Duration::from_millis(400);

async fn served(client: impl AsyncFnOnce(SocketAddr)) {
    let _scope = testing::scope();
    let builder = Telemetry::builder("heads").admin(None).header_read_timeout(TIMEOUT);
    let telemetry = builder.build().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let slow = async || {
        sleep(2 * TIMEOUT).await;
        "slow"
    };
    let app = Router::new().route("/", on_get(async || "ok")).route("/slow", on_get(slow));
    let serving = telemetry.serve_until(listener, app, async move { drop(stopped.await) });
    let clients = async {
        client(address).await;
        drop(stop);
    };
    tokio::join!(serving, clients).0.unwrap();
}

/// Sends a byte now and then until the connection is closed; returns how long that took.
async fn trickle(mut stream: TcpStream, bytes: &[u8]) -> Duration {
    let begun = Instant::now();
    for byte in bytes.iter().cycle() {
        let closed = tokio::time::timeout(TIMEOUT / 8, stream.read(&mut [0; 64])).await;
        if closed.is_ok() || stream.write_all(&[*byte]).await.is_err() {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < 20 * TIMEOUT, "never cut off");
    }
    unreachable!("the bytes are repeated")
}

const ASK: &str = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

/// Reads the answer to [`ASK`].
async fn answer(stream: &mut TcpStream) {
    let mut answer = Vec::new();
    while !answer.ends_with(b"ok") {
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "closed");
    }
}

#[tokio::test]
async fn a_first_head_that_trickles() {
    served(async |address| {
        for begun in ["", "GET / HTTP/1.1\r\nx-", "POST", "P"] {
            let took = trickle(send(address, begun).await, b"x").await;
            assert!(took > TIMEOUT / 2, "{begun}: after {took:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_head_that_is_never_finished() {
    served(async |address| {
        for begun in ["", "GET / HTTP/1.1\r\nx-", "PRI * HT"] {
            let mut stream = send(address, begun).await;
            let closed = tokio::time::timeout(20 * TIMEOUT, stream.read(&mut [0; 64])).await;
            assert!(closed.is_ok(), "{begun}: never cut off");
        }
    })
    .await;
}

#[tokio::test]
async fn a_later_head_that_trickles() {
    served(async |address| {
        let mut stream = send(address, ASK).await;
        answer(&mut stream).await;
        let took = trickle(stream, b"GET / HTTP/1.1\r\nx-x").await;
        assert!(took > TIMEOUT / 2, "after {took:?}");
    })
    .await;
}

#[tokio::test]
async fn an_idle_connection_stays() {
    served(async |address| {
        let mut stream = send(address, ASK).await;
        for _ in 0..3 {
            answer(&mut stream).await;
            sleep(2 * TIMEOUT).await;
            stream.write_all(ASK.as_bytes()).await.unwrap();
        }
        answer(&mut stream).await;
    })
    .await;
}

#[tokio::test]
async fn a_slow_handler_is_no_slow_head() {
    served(async |address| {
        assert!(get(address, "/slow").await.ends_with("slow"));
    })
    .await;
}
