//! An existing axum application with one added layer: `.layer(telemetry.layer())`. Its handlers are unchanged, and its metrics
//! from the `metrics` facade are exposed as well.

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
