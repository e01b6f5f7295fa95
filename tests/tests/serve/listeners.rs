//! `serve` accepts the listeners that `axum::serve` accepts.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::Router;
use axum::ServiceExt;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use axum::routing::get as on_get;
use axum::serve::{Listener, ListenerExt};
use goldsignal::axum::serve::IncomingStream;
use goldsignal::testing::{self, Scope};
use goldsignal::{Telemetry, observed, routes};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::sync::oneshot;
use tower::Service;
use tower::steer::Steer;

use crate::get;

async fn who(ConnectInfo(peer): ConnectInfo<SocketAddr>) -> String {
    format!("from {peer}")
}

/// The response contains the address of the client.
#[observed(name = "who_asks", get = "/who/{asks}")]
async fn who_asks(ConnectInfo(peer): ConnectInfo<SocketAddr>) -> String {
    format!("from {peer}")
}

fn app() -> Router {
    Router::new().route("/who", on_get(who)).merge(routes![who_asks])
}

/// Serves `app` while `client` acts.
async fn served<L, M, S>(listener: L, app: M, client: impl AsyncFnOnce(&Scope))
where
    L: Listener,
    M: for<'a> Service<IncomingStream<'a, L>, Error = Infallible, Response = S, Future: Send>
        + Send
        + 'static,
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let scope = testing::scope();
    let telemetry = Telemetry::builder("served").admin(None).build().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async move { drop(stopped.await) };
    let serving = telemetry.serve_until(listener, app, stopped);
    let clients = async {
        client(&scope).await;
        drop(stop);
    };
    let (served, ()) = tokio::join!(serving, clients);
    served.unwrap();
}

async fn tcp() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

fn was_counted(scope: &Scope, endpoint: &str) -> bool {
    let labels = [("method", "GET"), ("endpoint", endpoint), ("status", "200"), ("outcome", "ok")];
    scope.value("http_requests_total", &labels) == Some(1.0)
}

#[tokio::test]
async fn handlers_of_a_plain_router_know_who_asks() {
    let (listener, address) = tcp().await;
    served(listener, app(), async |scope| {
        for path in ["/who", "/who/is-it"] {
            let answer = get(address, path).await;
            assert!(answer.contains("\r\n\r\nfrom 127.0.0.1:"), "{answer}");
        }
        assert!(was_counted(scope, "/who"), "the path of a route that is mounted by hand");
        assert!(was_counted(scope, "/who/{asks}"));
    })
    .await;
}

#[tokio::test]
async fn an_empty_router_needs_no_state() {
    let (listener, address) = tcp().await;
    served(listener, Router::new(), async |_| {
        assert!(get(address, "/").await.starts_with("HTTP/1.1 404"));
    })
    .await;
}

#[tokio::test]
async fn a_method_router() {
    let (listener, address) = tcp().await;
    served(listener, on_get(who), async |_| {
        assert!(get(address, "/anywhere").await.contains("from 127.0.0.1:"));
    })
    .await;
}

/// A connect info of the service's own.
#[derive(Clone)]
struct Port(u16);

impl Connected<IncomingStream<'_, TcpListener>> for Port {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        let port = stream.remote_addr().port();
        assert_eq!(stream.io().peer_addr().unwrap().port(), port);
        Self(port)
    }
}

#[tokio::test]
async fn services_that_are_made_for_each_connection() {
    let (listener, address) = tcp().await;
    let make = app().into_make_service_with_connect_info::<SocketAddr>();
    served(listener, make, async |scope| {
        assert!(get(address, "/who/is-it").await.contains("from 127.0.0.1:"));
        assert!(was_counted(scope, "/who/{asks}"));
    })
    .await;
    let (listener, address) = tcp().await;
    let port = async |ConnectInfo(Port(port)): ConnectInfo<Port>| format!("port {port}");
    let app = Router::new().route("/port", on_get(port));
    served(listener, app.into_make_service_with_connect_info::<Port>(), async |_| {
        assert!(get(address, "/port").await.contains("port "));
    })
    .await;
}

#[tokio::test]
async fn a_listener_that_is_tapped() {
    let (listener, address) = tcp().await;
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
    let make = app().into_make_service_with_connect_info::<SocketAddr>();
    served(listener, make, async |_| {
        assert!(get(address, "/who").await.contains("from 127.0.0.1:"));
    })
    .await;
}

#[tokio::test]
async fn a_steer_of_routers() {
    let (listener, address) = tcp().await;
    let routers = ["one", "two"].map(|name| Router::new().route("/", on_get(async move || name)));
    let pick = |request: &Request, _: &[Router]| usize::from(request.uri().query() == Some("2"));
    let make = ServiceExt::<Request>::into_make_service(Steer::new(routers, pick));
    served(listener, make, async |_| {
        assert!(get(address, "/").await.ends_with("one"));
        assert!(get(address, "/?2").await.ends_with("two"));
    })
    .await;
}

#[tokio::test]
async fn a_unix_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    let app = Router::new().route("/", on_get(async || "over a file"));
    served(listener, app, async |scope| {
        let mut stream = UnixStream::connect(&path).await.unwrap();
        let head = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        stream.write_all(head).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("over a file"), "{answer}");
        assert!(was_counted(scope, "/"));
    })
    .await;
}
