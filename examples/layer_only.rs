//! An axum application as it was, with one line added: `.layer(telemetry.layer())`. No handler is touched,
//! and what it counts through the `metrics` facade is exposed, too.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use goldsignal::Telemetry;
use goldsignal::bridge::metrics::Recorder;

async fn greet(Path(name): Path<String>) -> String {
    metrics::counter!("greetings", "length" => name.len().to_string()).increment(1);
    format!("Hello, {name}!\n")
}

async fn fail() -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let telemetry = Telemetry::builder("layer_only").from_env().build()?;
    telemetry.install()?;
    Recorder::new(telemetry.registry()).install()?;
    let app = Router::new()
        .route("/greet/{name}", get(greet))
        .route("/fail", get(fail))
        .layer(telemetry.layer());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    axum::serve(listener, app).await?;
    Ok(())
}
