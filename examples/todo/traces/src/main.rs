//! A trace view for a machine: receives spans by OTLP, keeps the newest traces in memory, and shows
//! them in Jaeger's own page. Run `todo-traces --help` for its options.

mod options;
mod receiver;
mod tags;
mod view;

use std::net::SocketAddr;
use std::process::ExitCode;

use options::Options;
use otlp_embedded::{Config, State, TraceServiceServer};
use receiver::Receiver;
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

/// Traces beyond these make the oldest go.
const LIMITS: Config = Config { max_length: 5_000, max_memory_usage: 256 << 20 };

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::from_arguments() {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("todo-traces: {error}");
            return ExitCode::from(2);
        }
    };
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("todo-traces: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until it is told to end, or until a listener fails.
async fn run(options: Options) -> Result<(), String> {
    let traces = State::new(LIMITS);
    let receiver = Receiver::new(&traces);
    let page = bind(options.page).await?;
    let http = bind(options.http).await?;
    let grpc = TcpIncoming::from(bind(options.grpc).await?);
    let spans = Server::builder().add_service(TraceServiceServer::new(receiver.clone()));
    let ended = tokio::select! {
        ended = axum::serve(page, view::app(traces)) => ended.map_err(|error| error.to_string()),
        ended = axum::serve(http, receiver::over_http(receiver)) => ended.map_err(|error| error.to_string()),
        ended = spans.serve_with_incoming(grpc) => ended.map_err(|error| error.to_string()),
        () = told_to_end() => Ok(()),
    };
    ended.map_err(|error| format!("cannot serve any longer: {error}"))
}

async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}; `--help` names the options"))
}

async fn told_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = term.recv() => {}
    }
}
