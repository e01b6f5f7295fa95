//! Rows about bodies that a server drops once their declared length is written, without polling
//! their end.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{StatusCode, Version};
use axum::response::IntoResponse;
use axum::routing::{get, get_service};
use futures::{StreamExt, stream};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use tower_http::compression::CompressionLayer;
use tower_http::services::{ServeDir, ServeFile};

use crate::client::Client;
use crate::expect::request;
use crate::sockets::served;
use crate::stage::Stage;
use crate::{Row, row};

const LEN: usize = 300_000;

/// More than the buffers of a connection hold.
const LARGE: usize = 64 << 20;

/// `parts` of a body that never says that it has ended.
fn unending(parts: usize, len: usize) -> Body {
    let part = Bytes::from(vec![b'a'; len / parts]);
    let parts = stream::iter((0..parts).map(move |_| Ok::<_, Infallible>(part.clone())));
    Body::from_stream(parts.chain(stream::pending()))
}

/// A body that knows its size, and does not say when it has ended.
struct Sized(usize);

impl hyper::body::Body for Sized {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match std::mem::take(&mut self.0) {
            0 => Poll::Pending,
            len => Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![b'b'; len]))))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0 as u64)
    }
}

async fn proxied() -> impl IntoResponse {
    ([("content-length", LEN.to_string())], unending(3, LEN))
}

async fn proxied_large() -> impl IntoResponse {
    ([("content-length", LARGE.to_string())], unending(1 << 10, LARGE))
}

/// The files that the rows ask for, in a folder that ends with the test.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), vec![b'f'; LEN]).unwrap();
        Self(folder)
    }

    fn app(&self) -> Router {
        let file = get_service(ServeFile::new(self.0.path().join("file")));
        let compressed = file.clone().layer(CompressionLayer::new());
        Router::new()
            .route("/by-name", file)
            .route("/compressed", compressed)
            .route("/file", get_service(ServeDir::new(self.0.path())))
            .route("/no-content", get(async || (StatusCode::NO_CONTENT, unending(1, LEN))))
            .route("/not-modified", get(async || (StatusCode::NOT_MODIFIED, unending(1, LEN))))
            .route("/proxied", get(proxied))
            .route("/proxied-large", get(proxied_large))
            .route("/sized", get(async || Body::new(Sized(LEN))))
            .route("/nothing", get(async || ([("content-length", "0")], Body::new(Sized(0)))))
    }
}

/// A request on a keep-alive connection, and the status and length of its answer.
type Ask = (&'static str, &'static [(&'static str, &'static str)], u16, usize);

/// Asks for everything on one connection, and once more for the first.
fn deliver(stage: &Stage, version: Version, asks: &[Ask]) {
    let files = Files::new();
    served(stage, files.app(), async |address, stop| {
        let mut client = Client::connect(address, version).await;
        for (path, headers, status, len) in asks {
            let read = client.read(path, headers);
            let read = tokio::time::timeout(Duration::from_secs(10), read).await;
            let (answered, body) = read.unwrap_or_else(|_| panic!("{path} has no end"));
            assert_eq!(answered.as_u16(), *status, "{path}");
            assert!(*len == ANY || body.len() == *len, "{path}: {}", body.len());
        }
        drop((client, stop));
    });
}

const ANY: usize = usize::MAX;

/// Reads a little of a body with a promised length, and leaves.
fn leave(stage: &Stage, version: Version) {
    let files = Files::new();
    served(stage, files.app(), async |address, stop| {
        let mut client = Client::connect(address, version).await;
        let mut response = client.ask("/proxied-large", &[]).await;
        response.body_mut().frame().await.unwrap().unwrap();
        drop((response, client));
        // The server must notice this before the stop.
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(stop);
    });
}

/// The bytes that were handed on, as the histogram of bodies sums them up.
fn sent(stage: &Stage) -> Option<f64> {
    stage.scope.value("http_response_body_bytes_sum", &[])
}

pub(crate) fn rows() -> Vec<Row> {
    let ok = |endpoint, status| request("GET", endpoint, status, "ok");
    vec![
        row(
            "files, ranges, 304, HTTP/1",
            |s| {
                let range: &[_] = &[("range", "bytes=100-299")];
                let since: &[_] = &[("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT")];
                let asks = [
                    ("/file", &[][..], 200, LEN),
                    ("/by-name", &[], 200, LEN),
                    ("/by-name", range, 206, 200),
                    ("/by-name", since, 304, 0),
                ];
                deliver(s, Version::HTTP_11, &asks);
                assert_eq!(sent(s), Some(600_200.0));
            },
            [ok("/file", 200), ok("/by-name", 200), ok("/by-name", 206), ok("/by-name", 304)],
        ),
        row(
            "files, ranges, HTTP/2",
            |s| {
                let range: &[_] = &[("range", "bytes=100-299")];
                let asks = [("/file", &[][..], 200, LEN), ("/by-name", range, 206, 200)];
                deliver(s, Version::HTTP_2, &asks);
            },
            [ok("/file", 200), ok("/by-name", 206)],
        ),
        row(
            "a compressed file, HTTP/1",
            |s| {
                let gzip: &[_] = &[("accept-encoding", "gzip")];
                deliver(s, Version::HTTP_11, &[("/compressed", gzip, 200, ANY)]);
            },
            [ok("/compressed", 200)],
        ),
        row(
            "a body under a status that forbids one, HTTP/1",
            |s| {
                let asks = [("/no-content", &[][..], 204, 0), ("/not-modified", &[], 304, 0)];
                deliver(s, Version::HTTP_11, &asks);
                assert_eq!(sent(s), Some(0.0));
            },
            [ok("/no-content", 204), ok("/not-modified", 304)],
        ),
        row(
            "a stream of declared length, HTTP/1",
            |s| {
                deliver(
                    s,
                    Version::HTTP_11,
                    &[("/proxied", &[], 200, LEN), ("/sized", &[], 200, LEN)],
                );
            },
            [ok("/proxied", 200), ok("/sized", 200)],
        ),
        row(
            "a stream of declared length 0, HTTP/1",
            |s| deliver(s, Version::HTTP_11, &[("/nothing", &[], 200, 0)]),
            [ok("/nothing", 200)],
        ),
        row(
            "a stream of declared length, client disconnects at the last byte, HTTP/2",
            |s| {
                let files = Files::new();
                served(s, files.app(), async |address, stop| {
                    let mut client = Client::connect(address, Version::HTTP_2).await;
                    let mut response = client.ask("/proxied", &[]).await;
                    let mut read = 0;
                    while read < LEN {
                        let frame = response.body_mut().frame().await.unwrap().unwrap();
                        read += frame.data_ref().map_or(0, Bytes::len);
                    }
                    drop((response, client, stop));
                });
            },
            [ok("/proxied", 200)],
        ),
        row(
            "a stream of declared length, cut short, HTTP/1",
            |s| leave(s, Version::HTTP_11),
            [request("GET", "/proxied-large", 200, "aborted")],
        ),
        row(
            "a stream of declared length, cut short, HTTP/2",
            |s| leave(s, Version::HTTP_2),
            [request("GET", "/proxied-large", 200, "aborted")],
        ),
    ]
}
