//! The rules that are committed for the todo service, and the incidents as if they were its.

use std::fs;
use std::path::Path;

use super::samples::Samples;
use crate::incident::Incident;

/// The service, its namespace and its job.
const SERVICE: &str = "todo";

/// The file of rules.
pub(crate) fn rules() -> String {
    let path = "../examples/todo/deploy/generated/prometheus/rules.yaml";
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Series of `incident` as the todo service would have had them. Its objective of the same name promises the same;
/// names are its own, and so is the catalog that its `rules` were made of.
pub(super) fn series<'a>(
    incident: &Incident,
    samples: &'a Samples,
    rules: &str,
) -> impl Iterator<Item = (String, String)> + use<'a> {
    let name = incident.name;
    let catalog = catalog(rules);
    let job = (format!("job=\"{name}\""), format!("job=\"{SERVICE}\""));
    let service = (format!("service=\"{name}\""), format!("service=\"{SERVICE}\""));
    let pod = (format!("pod=\"{name}-"), format!("pod=\"{SERVICE}-"));
    let namespace = (
        "namespace=\"shop\"".to_owned(),
        format!("namespace=\"{SERVICE}\",environment=\"production\""),
    );
    samples.written().map(move |(series, values)| {
        let mut series = series;
        for (shop, todo) in [&job, &service, &pod, &namespace] {
            series = series.replace(shop, todo);
        }
        if series.starts_with("goldsignal_build_info{") {
            let made_of = value(&series, "catalog=\"").to_owned();
            series = series.replace(&made_of, &catalog);
        }
        (series, values)
    })
}

/// The fingerprint of the catalog that `rules` were made of.
fn catalog(rules: &str) -> String {
    value(rules, "catalog!=\"").to_owned()
}

/// The text between `before` and the next quotation mark.
fn value<'a>(text: &'a str, before: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once('"').unwrap().0
}
