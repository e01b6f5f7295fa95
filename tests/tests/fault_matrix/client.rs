//! A client that speaks HTTP/1 and HTTP/2 over real sockets.

use std::net::SocketAddr;

use axum::body::{Body, Bytes};
use axum::http::{Request, Response, StatusCode, Version};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

/// A connection that is kept for several requests.
pub(crate) enum Client {
    One(http1::SendRequest<Body>),
    Two(http2::SendRequest<Body>),
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr, version: Version) -> Self {
        let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
        if version == Version::HTTP_2 {
            let (sender, connection) =
                http2::handshake(TokioExecutor::new(), stream).await.unwrap();
            tokio::spawn(connection);
            return Self::Two(sender);
        }
        let (sender, connection) = http1::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        Self::One(sender)
    }

    /// Asks for `path` with these headers, and reads the head of the response.
    pub(crate) async fn ask(&mut self, path: &str, headers: &[(&str, &str)]) -> Response<Incoming> {
        self.send("GET", path, headers, Body::empty()).await
    }

    /// Sends a request, and reads the head of the response.
    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Response<Incoming> {
        let uri = match self {
            Self::One(_) => path.to_owned(),
            Self::Two(_) => format!("http://localhost{path}"),
        };
        let mut request = Request::builder().method(method).uri(uri).header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).unwrap();
        match self {
            Self::One(sender) => {
                sender.ready().await.unwrap();
                sender.send_request(request).await.unwrap()
            }
            Self::Two(sender) => {
                sender.ready().await.unwrap();
                sender.send_request(request).await.unwrap()
            }
        }
    }

    /// As [`ask`](Self::ask), and reads the whole body.
    pub(crate) async fn read(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> (StatusCode, Bytes) {
        let (head, body) = self.ask(path, headers).await.into_parts();
        (head.status, body.collect().await.unwrap().to_bytes())
    }
}
