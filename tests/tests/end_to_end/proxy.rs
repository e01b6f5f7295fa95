//! A proxy that requests text 0.0.4. Debian's Prometheus has no setting for it.

use std::net::SocketAddr;

use axum::Router;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

/// Starts the proxy in front of `admin`; returns its address.
pub(crate) async fn text_only(admin: SocketAddr) -> SocketAddr {
    let forward = async move || {
        let request = reqwest::Client::new().get(format!("http://{admin}/metrics"));
        let response = request.header(ACCEPT, "text/plain;version=0.0.4").send().await.unwrap();
        let kind = response.headers()[CONTENT_TYPE].clone();
        assert!(kind.to_str().unwrap().starts_with("text/plain; version=0.0.4"));
        ([(CONTENT_TYPE, kind)], response.text().await.unwrap()).into_response()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/metrics", get(forward));
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}
