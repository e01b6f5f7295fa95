//! Serving: listeners, readiness, slow clients, and shutdown.

mod descriptors;
mod flush;
mod heads;
mod listeners;
mod process;
mod readiness;
mod settings;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends `bytes` on a new connection, which it returns.
async fn send(address: SocketAddr, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    stream
}

/// Everything that comes until the connection ends, or that has come in ten seconds.
async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    // A reset is an end, too.
    let _ = tokio::time::timeout(Duration::from_secs(10), reading).await.expect("has an end");
    String::from_utf8(answer).unwrap()
}

/// The whole answer to one request.
async fn get(address: SocketAddr, path: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    rest(&mut send(address, &head).await).await
}
