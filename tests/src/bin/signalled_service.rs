//! A service for tests that send it signals (`tests/tests/serve/process.rs`).

use axum::Router;
use axum::routing::get;
use goldsignal::Telemetry;
use tokio::net::TcpListener;

/// Prints `refused: ` and why, or `listens: ` and its address.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let telemetry = match Telemetry::builder("process").from_env().admin(None).build() {
        Ok(telemetry) => telemetry,
        Err(error) => {
            println!("refused: {error}");
            return;
        }
    };
    telemetry.install().expect("nothing else is installed");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    println!("listens: {}", listener.local_addr().expect("an address"));
    let never_answers = async || std::future::pending::<()>().await;
    let app = Router::new().route("/hang", get(never_answers));
    telemetry.serve(listener, app).await.expect("serves");
}
