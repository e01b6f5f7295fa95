//! Starts and stops the service.

use std::io;
use std::net::SocketAddr;

use goldsignal::Telemetry;
use goldsignal::telemetry::TelemetryError;
use tokio::net::TcpListener;

use crate::options::Options;
use crate::sampler::Sampler;
use crate::store::{Store, StoreError};
use crate::{api, demo};

/// Why the service cannot start, or why it ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be bound.
    #[error("cannot listen on {0}: {1}; choose another address with --listen")]
    Listen(SocketAddr, #[source] io::Error),
    /// The database cannot be opened.
    #[error("cannot open the database `{0}`: {1}; choose another with --database")]
    Database(String, #[source] StoreError),
    /// The database of the demo cannot be created.
    #[error("cannot make a database for the demo: {0}")]
    Demo(#[source] io::Error),
    /// The telemetry cannot be built or installed.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// The listener failed.
    #[error("cannot serve any longer: {0}")]
    Serve(#[source] io::Error),
}

/// Runs the service until it receives SIGTERM or Ctrl-C.
///
/// # Errors
/// If the service cannot start.
pub async fn run(options: Options) -> Result<(), StartError> {
    let embedded = options.demo.then(demo::Database::new).transpose().map_err(StartError::Demo)?;
    let database = embedded.as_ref().map_or(options.database.clone(), demo::Database::path);
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|error| StartError::Listen(options.listen, error))?;
    let store = Store::open(&database)
        .await
        .map_err(|error| StartError::Database(without_password(&database), error))?;
    let telemetry = Telemetry::builder("todo")
        .version(env!("CARGO_PKG_VERSION"))
        .server_timing(true)
        .from_env()
        .build()?;
    let database = store.clone();
    telemetry.readiness().check("database", move || {
        let database = database.clone();
        async move { database.ping().await }
    });
    telemetry.pool("db", store.pool());
    telemetry.install()?;

    let sampler = Sampler::start(store.clone(), options.sample_every());
    let mut app = api::app(store.clone());
    if options.demo {
        app = demo::delay_on_request(app);
        let service = listener.local_addr().map_err(StartError::Serve)?;
        demo::announce(service, telemetry.admin_address());
        tokio::spawn(demo::send_traffic(service));
    }
    let served = telemetry.serve(listener, app).await.map_err(StartError::Serve);
    sampler.stop().await;
    store.close().await;
    served
}

/// A database URL without its credentials.
fn without_password(location: &str) -> String {
    match (location.split_once("://"), location.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => location.to_owned(),
    }
}
