//! A service with one observed handler. Run it, send a request by `curl localhost:8000/hello/you`, and open
//! <http://127.0.0.1:9464/metrics>.

use axum::Router;
use axum::extract::Path;
use goldsignal::{Telemetry, observed, routes};

/// Greets somebody.
#[observed(get = "/hello/{name}", fields(name_len = name.len()))]
async fn hello(Path(name): Path<String>) -> String {
    format!("Hello, {name}!\n")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let telemetry = Telemetry::builder("quickstart").from_env().build()?;
    telemetry.install()?;
    let app: Router = routes![hello];
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    telemetry.serve(listener, app).await?;
    Ok(())
}
