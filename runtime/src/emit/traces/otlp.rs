//! OTLP export, configured by the `OTEL_EXPORTER_OTLP_*` variables. The exporter itself reads
//! headers, timeouts and compression, and refuses a compression that is not compiled in.

use http::Uri;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};

use super::pipeline::StartError;
use super::settings::milliseconds;
use crate::emit::requested::{self, Get, of_traces};

/// The transport, if an endpoint or the exporter is named.
pub(crate) fn protocol(get: Get<'_>) -> Result<Option<Protocol>, String> {
    if requested::otlp(get)?.is_none() {
        return Ok(None);
    }
    if let Some((name, endpoint)) = of_traces(get, "ENDPOINT") {
        check_endpoint(&name, &endpoint)?;
    }
    for name in ["OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"] {
        milliseconds(get, name)?;
    }
    for name in ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"] {
        check_headers(name, &get(name).unwrap_or_default())?;
    }
    for what in ["CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY"] {
        if let Some((name, _)) = of_traces(get, what) {
            return Err(format!(
                "{name}: the exporter reads no certificates from variables, but trusts those of the system's store, \
                 which `SSL_CERT_FILE` can replace; unset it"
            ));
        }
    }
    match of_traces(get, "PROTOCOL") {
        None => Ok(Some(Protocol::HttpBinary)),
        Some((_, protocol)) if protocol == "http/protobuf" => Ok(Some(Protocol::HttpBinary)),
        Some((_, protocol)) if protocol == "grpc" => Ok(Some(Protocol::Grpc)),
        Some((name, other)) => {
            Err(format!("{name}: `{other}` is neither `grpc` nor `http/protobuf`"))
        }
    }
}

/// Creates the exporter. Call it within the runtime that will run it.
pub(crate) fn exporter(protocol: Protocol) -> Result<SpanExporter, StartError> {
    let exporter = match protocol {
        Protocol::Grpc => SpanExporter::builder().with_tonic().build(),
        protocol => SpanExporter::builder().with_http().with_protocol(protocol).build(),
    };
    exporter.map_err(|error| StartError::new("OTEL_EXPORTER_OTLP_*: spans cannot be sent", error))
}

fn check_endpoint(name: &str, endpoint: &str) -> Result<(), String> {
    let uri: Option<Uri> = endpoint.trim().parse().ok();
    match uri.as_ref().and_then(Uri::scheme_str) {
        Some("http") => Ok(()),
        Some("https") if cfg!(feature = "otlp-tls") => Ok(()),
        Some("https") => Err(format!("{name}: `{endpoint}` needs goldsignal's feature `otlp-tls`")),
        _ => Err(format!(
            "{name}: `{endpoint}` is no URL; write one such as `http://localhost:4318`"
        )),
    }
}

/// The exporter would ignore values that it cannot parse.
fn check_headers(name: &str, headers: &str) -> Result<(), String> {
    let mut headers = headers.split(',').filter(|header| !header.trim().is_empty());
    // The message does not repeat the value, which may be a secret.
    match headers.find(|header| header.split_once('=').is_none_or(|(key, _)| key.trim().is_empty()))
    {
        Some(_) => Err(format!("{name}: write `key=value`, several with commas between them")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Option<Protocol>, String> {
        protocol(&|name| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    const HERE: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317");

    #[test]
    fn an_endpoint_or_the_exporter_turns_it_on() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[HERE]), Ok(Some(Protocol::HttpBinary)));
        assert_eq!(read(&[("OTEL_TRACES_EXPORTER", "otlp")]), Ok(Some(Protocol::HttpBinary)));
        assert_eq!(read(&[HERE, ("OTEL_TRACES_EXPORTER", "none")]), Ok(None));
        assert_eq!(read(&[HERE, ("OTEL_SDK_DISABLED", "true")]), Ok(None));
    }

    #[test]
    fn the_variable_for_traces_comes_first() {
        let both = [
            HERE,
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"),
        ];
        assert_eq!(read(&both), Ok(Some(Protocol::Grpc)));
    }

    #[test]
    fn refuses_what_it_cannot_do_in_one_sentence() {
        for (name, value) in [
            ("OTEL_TRACES_EXPORTER", "zipkin"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "secret"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "localhost:4317"),
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/etc/ca.pem"),
            ("OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "/etc/key.pem"),
        ] {
            let error = read(&[HERE, (name, value)]).unwrap_err();
            assert!(error.starts_with(name) && error.lines().count() == 1, "{error}");
        }
        let secret = read(&[HERE, ("OTEL_EXPORTER_OTLP_HEADERS", "secret")]).unwrap_err();
        assert!(!secret.contains("secret"));
    }
}
