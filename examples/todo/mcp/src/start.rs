//! Starts and stops the server.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use goldsignal::Telemetry;
use goldsignal::emit::LogWriter;
use goldsignal::telemetry::TelemetryError;
use rmcp::ServiceExt;
use rmcp::service::{RoleServer, ServerInitializeError};
use rmcp::transport::stdio;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::api::Api;
use crate::options::Options;
use crate::server::TodoServer;

/// Why the server cannot start, or why it ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be bound.
    #[error("cannot listen on {0}: {1}; choose another address with --listen")]
    Listen(SocketAddr, #[source] io::Error),
    /// The telemetry cannot be built or installed.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// The listener failed.
    #[error("cannot serve any longer: {0}")]
    Serve(#[source] io::Error),
    /// The client on standard input and output does not speak the protocol.
    #[error("the client cannot be served: {0}")]
    Client(#[from] Box<ServerInitializeError>),
    /// The task that serves the client failed.
    #[error("the session failed: {0}")]
    Session(#[from] tokio::task::JoinError),
}

/// Runs the server until it receives SIGTERM or Ctrl-C, or until the client on standard input is gone.
///
/// # Errors
/// If the server cannot start.
pub async fn run(options: Options) -> Result<(), StartError> {
    let api = Api::new(options.todo_url.clone());
    if options.transport.stdio {
        return run_stdio(TodoServer::new(api, options.user)).await;
    }
    let address = options.transport.listen;
    let listener =
        TcpListener::bind(address).await.map_err(|error| StartError::Listen(address, error))?;
    let telemetry = builder().from_env().build()?;
    let service = api.clone();
    telemetry.readiness().check("todo", move || {
        let service = service.clone();
        async move { service.ping().await }
    });
    telemetry.install()?;
    let sessions = CancellationToken::new();
    let served = telemetry.serve(listener, http_service(api, &options, &sessions)).await;
    sessions.cancel();
    served.map_err(StartError::Serve)
}

fn builder() -> goldsignal::telemetry::Builder {
    // The library writes whole messages, with the arguments, into its lines for debugging.
    Telemetry::builder("todo-mcp")
        .version(env!("CARGO_PKG_VERSION"))
        .log_filter("info,rmcp=warn")
        .stories("debug,rmcp=warn")
}

/// Standard output belongs to the protocol. Agents may start a server each, so the admin listener has no default address.
async fn run_stdio(server: TodoServer) -> Result<(), StartError> {
    let telemetry = builder().admin(None).log_writer(LogWriter::stderr()).from_env().build()?;
    telemetry.install()?;
    telemetry.readiness().set(true);
    let result = serve_stdio(server).await;
    telemetry.shutdown_async().await;
    result
}

async fn serve_stdio(server: TodoServer) -> Result<(), StartError> {
    let running = ServiceExt::<RoleServer>::serve(server, stdio()).await.map_err(Box::new)?;
    let client = running.cancellation_token();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            client.cancel();
        }
    });
    running.waiting().await?;
    Ok(())
}

/// Streamable HTTP at `/mcp`, until `sessions` is cancelled.
pub fn http_service(api: Api, options: &Options, sessions: &CancellationToken) -> Router {
    let mut config =
        StreamableHttpServerConfig::default().with_cancellation_token(sessions.child_token());
    config.allowed_hosts.extend(options.allowed_hosts.iter().cloned());
    let user = options.user.clone();
    let server = move || Ok(TodoServer::new(api.clone(), user.clone()));
    let service = StreamableHttpService::new(server, LocalSessionManager::default().into(), config);
    Router::new().route_service("/mcp", service)
}
