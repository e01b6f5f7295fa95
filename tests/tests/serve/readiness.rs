//! `/readyz` with and without `serve`.

use axum::Router;
use axum::routing::get as on_get;
use goldsignal::{Telemetry, testing};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::get;

fn telemetry() -> Telemetry {
    let address: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
    let telemetry = Telemetry::builder("ready").admin(address).build().unwrap();
    telemetry.install().unwrap();
    telemetry
}

async fn is_ready(telemetry: &Telemetry) -> bool {
    let answer = get(telemetry.admin_address().unwrap(), "/readyz").await;
    assert!(answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.1 503"), "{answer}");
    answer.starts_with("HTTP/1.1 200")
}

fn app() -> Router {
    Router::new().route("/", on_get(async || "ok"))
}

#[tokio::test]
async fn a_server_of_ones_own_is_ready_once_its_application_has_the_layer() {
    let _scope = testing::scope();
    let telemetry = telemetry();
    assert!(!is_ready(&telemetry).await, "nothing is put together yet");
    let app = app().layer(telemetry.layer());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async move { drop(stopped.await) };
    let server = axum::serve(listener, app).with_graceful_shutdown(stopped);
    let server = tokio::spawn(async move { server.await });
    assert!(is_ready(&telemetry).await);
    drop(stop);
    server.await.unwrap().unwrap();
    telemetry.shutdown_async().await;
    assert!(!is_ready(&telemetry).await);
}

#[tokio::test]
async fn what_the_service_says_itself_comes_first() {
    let _scope = testing::scope();
    let telemetry = telemetry();
    telemetry.readiness().set(false);
    let _app: Router = app().layer(telemetry.layer());
    assert!(!is_ready(&telemetry).await);
    telemetry.readiness().set(true);
    assert!(is_ready(&telemetry).await);
    telemetry.readiness().check("database", async || Err::<(), _>("no"));
    // An answer is good for a second.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert!(!is_ready(&telemetry).await, "checks count as ever");
}

#[tokio::test]
async fn under_serve_it_is_ready_from_the_start_to_the_stop() {
    let _scope = testing::scope();
    let telemetry = telemetry();
    // The layer of an inner router says nothing.
    let app = app().layer(telemetry.route_layer());
    assert!(!is_ready(&telemetry).await);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = telemetry.clone();
    let stopped = async move { drop(stopped.await) };
    let server = tokio::spawn(async move { server.serve_until(listener, app, stopped).await });
    assert!(get(address, "/").await.ends_with("ok"));
    assert!(is_ready(&telemetry).await);
    drop(stop);
    server.await.unwrap().unwrap();
    assert!(!is_ready(&telemetry).await);
}

#[tokio::test]
async fn serve_warns_of_a_layer_that_made_the_service_ready_too_early() {
    let serve = async |prepare: fn(&Telemetry, Router) -> Router| {
        let scope = testing::scope();
        let telemetry = telemetry();
        let app = prepare(&telemetry, app());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        telemetry.serve_until(listener, app, async {}).await.unwrap();
        let events = scope.events();
        events.iter().filter(|event| event.message.contains("use `route_layer`")).count()
    };
    assert_eq!(serve(|telemetry, app| app.layer(telemetry.layer())).await, 1);
    assert_eq!(serve(|telemetry, app| app.layer(telemetry.route_layer())).await, 0);
    let stated = |telemetry: &Telemetry, app: Router| {
        telemetry.readiness().set(false);
        app.layer(telemetry.layer())
    };
    assert_eq!(serve(stated).await, 0, "the service has said itself when it is ready");
}
