//! Servers with goldsignal.

use std::fs::File;

use axum::ServiceExt;
use axum::extract::Request;
use goldsignal::Telemetry;
use goldsignal::emit::LogWriter;
use goldsignal::telemetry::Builder;
use tokio::net::TcpListener;
use tower::Layer;

use goldsignal_benches::app::observed_router;
use goldsignal_benches::exposed;

use crate::cases::{Case, Serving};

#[cfg(not(feature = "traced"))]
pub(super) fn cases() -> Vec<Case> {
    use goldsignal_benches::servers::{LINE, NOTHING_INSTALLED};
    vec![
        Case::new(NOTHING_INSTALLED, |listener| serve(listener, built(builder()))),
        Case::new("goldsignal, logs off", |listener| {
            serve(listener, installed(builder().log_filter("off")))
        }),
        Case::new(LINE, |listener| serve(listener, installed(builder()))),
        Case::new("goldsignal, log line, `Telemetry::serve`", |listener| {
            let telemetry = installed(builder());
            Box::pin(async move {
                // It ends with the process.
                let _ = telemetry.serve(listener, observed_router()).await;
            })
        }),
    ]
    .into_iter()
    .map(|case| case.counted(counted))
    .collect()
}

/// Servers whose spans are compiled and exported, but not sampled. The second one records them, in case a request ends badly.
#[cfg(feature = "traced")]
pub(super) fn cases() -> Vec<Case> {
    use goldsignal::telemetry::KeepTraces;
    use goldsignal_benches::nowhere::Nowhere;
    use opentelemetry_sdk::trace::Sampler;
    fn unsampled() -> Builder {
        builder().span_exporter(Nowhere).sampler(Sampler::AlwaysOff)
    }
    vec![
        Case::new("goldsignal, trace not sampled", |listener| {
            serve(listener, installed(unsampled().keep_traces(KeepTraces::Ratio)))
        }),
        Case::new("goldsignal, trace kept if it ends badly", |listener| {
            serve(listener, installed(unsampled().keep_traces(KeepTraces::Bad)))
        }),
    ]
    .into_iter()
    .map(|case| case.counted(counted))
    .collect()
}

fn builder() -> Builder {
    Telemetry::builder("benches").admin(None).log_writer(LogWriter::new(null()))
}

/// Where all loggers write: each line costs a call of the system, and is kept nowhere.
pub(super) fn null() -> File {
    File::options().write(true).open("/dev/null").expect("every system has it")
}

fn built(builder: Builder) -> Telemetry {
    builder.build().expect("nothing contradicts itself")
}

fn installed(builder: Builder) -> Telemetry {
    let telemetry = built(builder);
    telemetry.install().expect("there is no admin listener");
    telemetry
}

/// Serves by `axum::serve`, with the layer outermost, as `Telemetry::serve` has it.
fn serve(listener: TcpListener, telemetry: Telemetry) -> Serving {
    Box::pin(async move {
        let app = telemetry.layer().layer(observed_router());
        // It ends with the process.
        let _ = axum::serve(listener, ServiceExt::<Request>::into_make_service(app)).await;
    })
}

fn counted() -> u64 {
    exposed::sum("http_requests_total{")
}
