//! `/api/v1/catalog`: what is declared, and what was set.

use super::facts::{ServiceFacts, Setting};
use crate::declare::catalog::Catalog;
use crate::declare::{Descriptor, Operation};
use crate::expose::json_writer::JsonWriter;

/// The features that goldsignal can be compiled with, and whether it is.
const FEATURES: [(&str, bool); 14] = [
    ("axum", cfg!(feature = "axum")),
    ("http2", cfg!(feature = "http2")),
    ("metrics", cfg!(feature = "metrics")),
    ("operate", cfg!(feature = "operate")),
    ("otlp", cfg!(feature = "otlp")),
    ("otlp-tls", cfg!(feature = "otlp-tls")),
    ("page", cfg!(feature = "page")),
    ("process", cfg!(feature = "process")),
    ("prometheus", cfg!(feature = "prometheus")),
    ("secrecy", cfg!(feature = "secrecy")),
    ("telemetry", cfg!(feature = "telemetry")),
    ("testing", cfg!(feature = "testing")),
    ("tonic", cfg!(feature = "tonic")),
    ("traces", cfg!(feature = "traces")),
];

/// The catalog and the settings as JSON on one line.
pub(super) fn declared(facts: &ServiceFacts, catalog: &Catalog) -> String {
    let mut json = JsonWriter::default();
    json.object(|json| {
        json.member("api").plain(1);
        json.member("service").text(&facts.service);
        json.member("version").text(&facts.version);
        json.member("goldsignal").text(env!("CARGO_PKG_VERSION"));
        json.member("operations").list(&catalog.operations, |json, one| operation(json, one));
        json.member("metrics").list(&catalog.families, |json, one| metric(json, one));
        json.member("settings").list(&facts.settings, setting);
        let features = FEATURES.iter().filter(|(_, is_on)| *is_on);
        json.member("features").texts(&features.map(|(name, _)| *name).collect::<Vec<_>>());
    });
    json.line()
}

fn operation(json: &mut JsonWriter, operation: &Operation) {
    let routes: Vec<_> = operation.routes.iter().map(ToString::to_string).collect();
    json.object(|json| {
        json.member("name").text(operation.name);
        json.member("location").text(&operation.location.to_string());
        json.member("doc").text(operation.help);
        if let Some(route) = routes.first() {
            json.member("route").text(route);
            json.member("routes").list(&routes, |json, route| json.text(route));
        }
        if let Some(slo) = operation.slo {
            json.member("objective").text(slo.name());
        }
    });
}

fn metric(json: &mut JsonWriter, metric: &Descriptor) {
    let labels: Vec<_> = metric.dimensions.iter().map(|dimension| dimension.name).collect();
    json.object(|json| {
        json.member("name").text(metric.name);
        json.member("kind").text(metric.kind.as_str());
        json.member("help").text(metric.help);
        json.member("unit").text(metric.unit);
        json.member("labels").texts(&labels);
        json.member("location").text(&metric.location.to_string());
    });
}

fn setting(json: &mut JsonWriter, Setting { name, value, source }: &Setting) {
    json.object(|json| {
        json.member("name").text(name);
        json.member("value").text(value);
        json.member("source").text(source);
    });
}
