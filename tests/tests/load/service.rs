//! A service with everything on: layer, log, admin listener, and an operation with a budgeted
//! label.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::Path;
use goldsignal::emit::LogWriter;
use goldsignal::{Counter, Fault, Labels, Metrics, Telemetry, observed, routes};
use tokio::net::TcpListener;
use tokio::time::sleep;

/// Metrics of the tenants.
#[derive(Metrics)]
struct Tenants {
    /// Visits that were asked for.
    visits_total: Counter<Visit<'static>>,
}

#[derive(Labels)]
struct Visit<'a> {
    #[label(budget = 50)]
    tenant: &'a str,
}

#[derive(Debug, Fault)]
#[fault(response)]
enum Refused {
    #[fault(status = 404)]
    NoSuchTenant,
    #[fault(status = 503)]
    Busy,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

/// Visits a tenant.
#[observed(get = "/tenants/{tenant}", fields(tenant))]
async fn visit(Path(tenant): Path<String>) -> Result<String, Refused> {
    Tenants::get().visits_total.inc(Visit { tenant: &tenant });
    match tenant.as_str() {
        "none" => Err(Refused::NoSuchTenant),
        "busy" => Err(Refused::Busy),
        "slow" => {
            sleep(Duration::from_millis(100)).await;
            Ok(tenant)
        }
        _ => Ok(tenant),
    }
}

/// The service, running until the process ends.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    pub(crate) admin: SocketAddr,
}

/// Starts it on ports of its own.
pub(crate) async fn start() -> Service {
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let log = LogWriter::new(io::sink());
    let telemetry = Telemetry::builder("load").admin(any).log_writer(log).build().unwrap();
    telemetry.install().unwrap();
    let listener = TcpListener::bind(any).await.unwrap();
    let address = listener.local_addr().unwrap();
    let admin = telemetry.admin_address().unwrap();
    tokio::spawn(async move { telemetry.serve(listener, routes![visit]).await });
    Service { address, admin }
}
