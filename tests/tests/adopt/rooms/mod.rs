//! A chat: routes nested under a prefix that is known at run time, a WebSocket, server-sent events, and a tonic service
//! beside axum.

mod after;
mod before;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Version;
use axum::response::sse::Event;
use futures::{Stream, StreamExt, stream};
use http_body_util::BodyExt;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::service::Routes;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::{HealthReporter, HealthService};

use crate::adopted::{Adopted, Answer, served, served_before};
use crate::client::Client;
use crate::expect::{End, call, handler, request, stream as streamed};

/// Two messages; those of the room `open` never end.
fn messages(room: &str) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let two = stream::iter(["one", "two"]).map(|text| Ok(Event::default().data(text)));
    if room == "open" { two.chain(stream::pending()).boxed() } else { two.boxed() }
}

/// gRPC's own health service.
fn health() -> Router {
    let health = HealthServer::new(HealthService::from_health_reporter(HealthReporter::new()));
    // Otherwise tonic would answer requests that match no route.
    Routes::new(health).into_axum_router().reset_fallback()
}

/// The handshake of RFC 6455.
const UPGRADE: &str = "GET /v2/rooms/7/socket HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\n\
                       upgrade: websocket\r\nsec-websocket-version: 13\r\n\
                       sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// A client that upgrades, says a letter, reads it again, and closes.
async fn socket(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(UPGRADE.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101"));
    // A masked text of one letter, its echo, and a masked frame that closes.
    stream.write_all(&[0x81, 0x81, 0, 0, 0, 0, b'x']).await.unwrap();
    let mut echo = [0; 3];
    stream.read_exact(&mut echo).await.unwrap();
    assert_eq!(echo, [0x81, 1, b'x']);
    stream.write_all(&[0x88, 0x80, 0, 0, 0, 0]).await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
}

/// Reads the first event of a room that never ends, and leaves.
async fn leave(mut client: Client) {
    let mut response = client.ask("/v2/rooms/open/events", &[]).await;
    response.body_mut().frame().await.unwrap().unwrap();
    drop((response, client));
    // The server must notice this before the stop.
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// Sends every kind of request; returns the answers.
async fn drive(address: SocketAddr, version: Version) -> Vec<Answer> {
    let mut client = Client::connect(address, version).await;
    let mut answers = Vec::new();
    for (method, path) in [
        ("GET", "/v2/rooms/7"),
        ("HEAD", "/v2/rooms/7"),
        ("GET", "/v2/rooms/none"),
        ("POST", "/v2/rooms/7"),
        ("DELETE", "/v2/rooms/7"),
        ("GET", "/v2/rooms/7/events"),
        ("GET", "/rooms/7"),
    ] {
        answers.push(Answer::read(client.send(method, path, &[], Body::empty()).await).await);
    }
    if version == Version::HTTP_2 {
        for service in ["", "unknown"] {
            answers.push(check(&mut client, service).await);
        }
    } else {
        socket(address).await;
    }
    leave(Client::connect(address, version).await).await;
    answers
}

/// Calls `Check` of the health service for this service.
async fn check(client: &mut Client, service: &str) -> Answer {
    // The message: one field of text, its number and length before it; and the message's length before that.
    let mut message = Vec::new();
    if !service.is_empty() {
        message.extend([0x0a, u8::try_from(service.len()).unwrap()]);
        message.extend(service.bytes());
    }
    let mut body = vec![0];
    body.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    body.extend(message);
    let headers = [("content-type", "application/grpc"), ("te", "trailers")];
    let path = "/grpc.health.v1.Health/Check";
    Answer::read(client.send("POST", path, &headers, Body::from(Bytes::from(body))).await).await
}

/// How all of that ends.
fn ends(version: Version) -> Vec<End> {
    let room = "/v2/rooms/{room}";
    let of = |method, endpoint, status, outcome| request(method, endpoint, status, outcome);
    let mut ends = vec![
        of("GET", room, 200, "ok").of("room"),
        of("HEAD", room, 200, "ok").of("room"),
        handler("room", "ok").times(2),
        of("GET", room, 404, "client_error").of("room").by("404"),
        handler("room", "client_error").by("404"),
        // An extractor refuses it: the body has no type.
        of("POST", room, 415, "client_error").of("say").by("415"),
        of("DELETE", room, 405, "client_error").by("405"),
        of("GET", "/v2/rooms/{room}/events", 200, "ok").of("events").streams().times(2),
        handler("events", "ok").times(2),
        streamed("/v2/rooms/{room}/events", "ok").of("events"),
        streamed("/v2/rooms/{room}/events", "aborted").of("events"),
        of("GET", "_unmatched", 404, "client_error").by("404"),
    ];
    if version == Version::HTTP_2 {
        let check = "/grpc.health.v1.Health/{*rest}";
        ends.push(of("POST", check, 200, "ok"));
        ends.push(of("POST", check, 200, "client_error").by("not_found"));
    } else {
        ends.push(of("GET", "/v2/rooms/{room}/socket", 101, "ok").of("socket"));
        ends.push(handler("socket", "ok"));
        ends.push(call("talk", "ok").long());
    }
    ends
}

#[test]
fn a_chat_answers_as_before_and_counts_everything() {
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let before =
            served_before(before::app("/v2"), async |address| drive(address, version).await);
        let adopted = Adopted::new();
        let app = after::app("/v2");
        let after = served(&adopted, app, async |address| drive(address, version).await);
        assert_eq!(before, after, "{version:?}");
        adopted.assert_ended(&ends(version));
        let messages = adopted.lines_of("a message");
        assert_eq!(messages.len(), usize::from(version == Version::HTTP_11) * 2);
        for line in messages {
            let here = (&line["function"], &line["room"], &line["spans"]);
            assert_eq!(here, (&json!("talk"), &json!("7"), &json!(["ws"])), "{line}");
            assert!(line["request_id"].is_string(), "{line}");
        }
    }
}
