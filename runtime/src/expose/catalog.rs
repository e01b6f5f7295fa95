//! The catalog as JSON, which `cargo goldsignal` reads: so a program needs no generator to have its files generated.

use std::ffi::OsStr;
use std::path::Path;
use std::{env, fs, process};

use super::json_writer::JsonWriter;
use crate::declare::catalog::Catalog;
use crate::declare::{Descriptor, Dimension, Domain, FaultKind, Naming, Operation, Route, Slo};

/// The variable that names the file for the catalog.
const VARIABLE: &str = "GOLDSIGNAL_CATALOG";

/// Writes the catalog of this binary to the file that the variable `GOLDSIGNAL_CATALOG` names, and ends the process. Returns
/// if the variable is not set.
///
/// `cargo goldsignal` sets it. [`Telemetry::builder(..).build()`](crate::telemetry::Builder::build) calls this function, so only
/// a program that does much before that, or never does it, calls it itself, in the first line of `main`:
///
/// ```
/// goldsignal::expose::write_catalog_if_asked();
/// // … the program itself
/// ```
///
/// It ends the process by [`std::process::exit`], with 1 if declarations contradict each other or the file cannot be written.
pub fn write_catalog_if_asked() {
    write_if_asked(None);
}

/// What the builder of a service's telemetry knows, and the generated files must agree with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServiceSettings<'a> {
    pub(crate) name: &'a str,
    pub(crate) naming: Naming,
    pub(crate) metric_prefix: &'a str,
}

/// As [`write_catalog_if_asked`], with the settings of the service if they are known.
pub(crate) fn write_if_asked(service: Option<ServiceSettings<'_>>) {
    if let Some(file) = env::var_os(VARIABLE).filter(|file| !file.is_empty()) {
        process::exit(match write(&Catalog::linked(), service, &file) {
            Ok(()) => 0,
            Err(message) => {
                eprintln!("{VARIABLE}: {message}");
                1
            }
        });
    }
}

fn write(
    catalog: &Catalog,
    service: Option<ServiceSettings<'_>>,
    file: &OsStr,
) -> Result<(), String> {
    let conflicts: Vec<_> = catalog.conflicts().iter().map(ToString::to_string).collect();
    if !conflicts.is_empty() {
        return Err(conflicts.join("\n"));
    }
    fs::write(file, to_json(catalog, service))
        .map_err(|error| format!("`{}` cannot be written: {error}", Path::new(file).display()))
}

/// `catalog` as a JSON document on one line, with everything that the generated files depend on.
///
/// ```
/// use goldsignal::declare::catalog::Catalog;
///
/// let json = goldsignal::expose::catalog_to_json(&Catalog::linked());
/// assert!(json.starts_with(r#"{"goldsignal":"#));
/// ```
pub fn catalog_to_json(catalog: &Catalog) -> String {
    to_json(catalog, None)
}

fn to_json(catalog: &Catalog, service: Option<ServiceSettings<'_>>) -> String {
    let Catalog { operations, families, objectives } = catalog;
    let mut json = JsonWriter::default();
    json.object(|json| {
        json.member("goldsignal").text(env!("CARGO_PKG_VERSION"));
        json.member("program").text(&program());
        if let Some(settings) = service {
            json.member("service");
            write_settings(json, settings);
        }
        json.member("objectives").list(objectives, |json, one| objective(json, one));
        json.member("families").list(families, |json, one| family(json, one));
        json.member("operations").list(operations, |json, one| operation(json, one));
    });
    json.line()
}

/// The name of the running program.
fn program() -> String {
    let program = env::current_exe().ok();
    let name = program.as_deref().and_then(Path::file_stem);
    name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn write_settings(json: &mut JsonWriter, settings: ServiceSettings<'_>) {
    let ServiceSettings { name, naming, metric_prefix } = settings;
    json.object(|json| {
        json.member("name").text(name);
        json.member("naming").text(match naming {
            Naming::Goldsignal => "goldsignal",
            Naming::OpenTelemetry { .. } => "opentelemetry",
        });
        json.member("metric_prefix").text(metric_prefix);
    });
}

fn objective(json: &mut JsonWriter, slo: &Slo) {
    json.object(|json| {
        json.member("name").text(slo.name());
        json.member("runbook").text(slo.runbook());
        json.member("availability_percent").optional(slo.required_availability());
        let latency = slo.required_latency();
        json.member("latency_percent").optional(latency.map(|(percent, _)| percent));
        json.member("latency_seconds").optional(latency.map(|(_, limit)| limit.as_secs_f64()));
        json.member("period_days").plain(slo.period());
        json.member("severity").text(slo.alert_severity().as_str());
        json.member("location").text(&slo.location());
    });
}

fn family(json: &mut JsonWriter, family: &Descriptor) {
    // Without `..`, so that a new field cannot be forgotten here.
    let Descriptor { name, help, kind, unit, bounds, location, .. } = *family;
    json.object(|json| {
        json.member("name").text(name);
        json.member("help").text(help);
        json.member("kind").text(kind.as_str());
        json.member("unit").text(unit);
        json.member("labels").list(family.given_labels(), label);
        json.member("buckets").list(bounds, |json, bound| json.plain(bound));
        json.member("location").text(&location.to_string());
    });
}

fn label(json: &mut JsonWriter, Dimension { name, domain }: &Dimension) {
    json.object(|json| {
        json.member("name").text(name);
        match domain {
            Domain::Finite(values) => json.member("values").texts(values),
            Domain::Budget(budget) => json.member("budget").plain(budget),
        }
    });
}

fn operation(json: &mut JsonWriter, operation: &Operation) {
    json.object(|json| {
        json.member("name").text(operation.name);
        json.member("help").text(operation.help);
        json.member("routes").list(operation.routes, route);
        if let Some(tool) = operation.tool {
            json.member("tool").text(tool);
        }
        json.member("fields").texts(operation.fields);
        json.member("hidden").texts(operation.hidden);
        json.member("buckets").list(operation.bounds, |json, bound| json.plain(bound));
        if let Some(slo) = operation.slo {
            json.member("objective").text(slo.name());
        }
        json.member("long").plain(operation.long);
        json.member("faults").list(operation.faults(), fault);
        json.member("success").optional(operation.success());
        json.member("location").text(&operation.location.to_string());
    });
}

fn route(json: &mut JsonWriter, Route { method, path }: &Route) {
    json.object(|json| {
        json.member("method").text(method);
        json.member("path").text(path);
    });
}

fn fault(json: &mut JsonWriter, FaultKind { error_type, status }: &FaultKind) {
    json.object(|json| {
        json.member("error_type").text(error_type);
        json.member("status").optional(*status);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::{Ends, Kind, SourceLocation};
    use std::time::Duration;

    const API: Slo = Slo::new("api", "Ask \"us\".\n")
        .availability(99.95)
        .latency(99.0, Duration::from_millis(250));

    static READ: Operation = Operation::new("shop::read", SourceLocation::new("a.rs", 7, "shop"))
        .help("Reads.")
        .routes(&[Route::new("GET", "/a/{id}")])
        .fields(&["id", "user"])
        .hidden(&["user"])
        .buckets(&[0.005, 1.0])
        .ends(|| Ends { faults: GONE, success: None });

    const GONE: &[FaultKind] = &[FaultKind::new("gone", Some(410))];

    static SOLD: Descriptor = Descriptor {
        name: "sold_total",
        help: "Sold.",
        kind: Kind::Counter,
        unit: "",
        dimensions: &[
            Dimension { name: "plan", domain: Domain::Finite(&["free", "pro"]) },
            Dimension { name: "shop", domain: Domain::Budget(10) },
        ],
        bounds: &[],
        location: SourceLocation::new("b.rs", 3, "shop::b"),
    };

    #[test]
    fn a_catalog_is_one_line_of_json() {
        let catalog =
            Catalog { operations: vec![&READ], families: vec![&SOLD], objectives: vec![&API] };
        let text = catalog_to_json(&catalog);
        assert_eq!(text.matches('\n').count(), 1);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["goldsignal"], env!("CARGO_PKG_VERSION"));
        assert_eq!(json["objectives"][0]["runbook"], "Ask \"us\".\n");
        assert_eq!(json["objectives"][0]["latency_seconds"], 0.25);
        assert_eq!(json["families"][0]["labels"][0]["values"], serde_json::json!(["free", "pro"]));
        assert_eq!(json["families"][0]["labels"][1]["budget"], 10);
        let operation = &json["operations"][0];
        assert_eq!(operation["routes"][0]["path"], "/a/{id}");
        assert_eq!(operation["faults"][0]["status"], 410);
        assert_eq!(operation["location"], "a.rs:7");
        assert!(operation.get("objective").is_none());
    }

    #[test]
    fn a_catalog_has_the_settings_of_the_service_if_they_are_known() {
        let naming = Naming::OpenTelemetry { url_scheme: "https" };
        let settings = ServiceSettings { name: "shop", naming, metric_prefix: "shop_" };
        let text = to_json(&Catalog::default(), Some(settings));
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let expected = r#"{"name":"shop","naming":"opentelemetry","metric_prefix":"shop_"}"#;
        assert_eq!(
            json["service"].to_string(),
            serde_json::from_str::<serde_json::Value>(expected).unwrap().to_string()
        );
        assert!(!catalog_to_json(&Catalog::default()).contains("service"));
    }

    #[test]
    fn a_file_that_cannot_be_written_and_a_conflict_are_told() {
        static OTHER: Operation =
            Operation::new("shop::read", SourceLocation::new("c.rs", 9, "shop"));
        let catalog = Catalog { operations: vec![&READ], families: vec![], objectives: vec![] };
        let error = write(&catalog, None, OsStr::new("/no/such/folder/c.json")).unwrap_err();
        assert!(error.starts_with("`/no/such/folder/c.json` cannot be written: "), "{error}");
        let twice = Catalog { operations: vec![&READ, &OTHER], ..catalog };
        let error = write(&twice, None, OsStr::new("/dev/null")).unwrap_err();
        assert!(error.contains("a.rs:7") && error.contains("c.rs:9"), "{error}");
    }
}
