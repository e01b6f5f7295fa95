//! Compares what the environment and the builder request with the features that goldsignal was compiled with, so that a missing
//! feature is an error at start.

use std::net::SocketAddr;

use super::TelemetryError;
use crate::emit::requested::{self, Get};

/// The compiled parts that environment variables can request.
#[derive(Clone, Copy, Debug)]
pub(super) struct CompiledFeatures {
    otlp: bool,
    listener: bool,
}

impl CompiledFeatures {
    pub(super) const CURRENT: Self =
        Self { otlp: cfg!(feature = "otlp"), listener: cfg!(feature = "axum") };

    /// Refuses variables that request OTLP. The feature `otlp` reads them itself.
    pub(super) fn check_exporter(self, get: Get<'_>) -> Result<(), TelemetryError> {
        if self.otlp {
            return Ok(());
        }
        match requested::otlp(get).map_err(TelemetryError::Spans)? {
            None => Ok(()),
            Some(by) => Err(TelemetryError::NotCompiled {
                by,
                feature: "otlp",
                otherwise: "set OTEL_TRACES_EXPORTER to `none`",
            }),
        }
    }

    /// Refuses an address of the admin listener.
    pub(super) fn check_listener(self, address: Option<SocketAddr>) -> Result<(), TelemetryError> {
        match address {
            Some(address) if !self.listener => Err(TelemetryError::NotCompiled {
                by: format!("the admin listener's address {address}"),
                feature: "axum",
                otherwise: "set GOLDSIGNAL_ADMIN_ADDR to `off`",
            }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: CompiledFeatures = CompiledFeatures { otlp: false, listener: false };

    fn set(name: &'static str, value: &'static str) -> impl Fn(&str) -> Option<String> {
        move |asked| (asked == name).then(|| value.to_owned())
    }

    #[test]
    fn an_exporter_that_is_not_there_is_an_error() {
        for (name, value) in [
            ("OTEL_TRACES_EXPORTER", "otlp"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:4318"),
        ] {
            let error = BARE.check_exporter(&set(name, value)).unwrap_err().to_string();
            assert_eq!(
                error,
                format!(
                    "{name} needs a part of goldsignal that is not compiled in: turn on its feature `otlp`, or set \
                     OTEL_TRACES_EXPORTER to `none`"
                )
            );
            assert!(
                CompiledFeatures { otlp: true, ..BARE }.check_exporter(&set(name, value)).is_ok()
            );
        }
        let unknown = BARE.check_exporter(&set("OTEL_TRACES_EXPORTER", "zipkin")).unwrap_err();
        assert!(unknown.to_string().starts_with("OTEL_TRACES_EXPORTER: `zipkin`"), "{unknown}");
    }

    #[test]
    fn what_asks_for_nothing_is_no_error() {
        assert!(BARE.check_exporter(&|_| None).is_ok());
        assert!(BARE.check_exporter(&set("OTEL_TRACES_EXPORTER", "none")).is_ok());
        // A sampler alone exports nothing.
        assert!(BARE.check_exporter(&set("OTEL_TRACES_SAMPLER", "always_on")).is_ok());
    }

    #[test]
    fn a_listener_that_is_not_there_is_an_error() {
        let address = Some(SocketAddr::from(([127, 0, 0, 1], 9464)));
        let error = BARE.check_listener(address).unwrap_err().to_string();
        assert!(error.contains("127.0.0.1:9464") && error.contains("`axum`"), "{error}");
        assert!(BARE.check_listener(None).is_ok());
        assert!(CompiledFeatures { listener: true, ..BARE }.check_listener(address).is_ok());
    }
}
