//! What is generated for services of these tests.

use std::time::Duration;

use goldsignal::Slo;
use goldsignal::declare::catalog::Catalog;
use goldsignal::operate::{Artefact, Facts, generate};
use yaml_rust2::{Yaml, YamlLoader};

pub(crate) const API: Slo = Slo::new("api", "Look at the database first.")
    .availability(99.9)
    .latency(99.0, Duration::from_millis(250));

/// The files of a service with this objective.
pub(crate) fn files(facts: &str) -> Vec<Artefact> {
    let mut catalog = Catalog::linked();
    catalog.objectives.push(&API);
    generate(&catalog, &Facts::parse(facts).unwrap()).unwrap()
}

/// The text of one of them.
pub(crate) fn text(files: &[Artefact], path: &str) -> String {
    files.iter().find(|file| file.path == path).unwrap().text.clone()
}

/// The first document of one of them.
pub(crate) fn document(files: &[Artefact], path: &str) -> serde_json::Value {
    json(&YamlLoader::load_from_str(&text(files, path)).unwrap()[0])
}

/// The rule of an alert.
pub(crate) fn rule(files: &[Artefact], alert: &str) -> serde_json::Value {
    let rules = document(files, "prometheus/rules.yaml");
    let groups = rules["groups"].as_array().unwrap().iter();
    let mut rules = groups.flat_map(|group| group["rules"].as_array().unwrap());
    rules.find(|rule| rule["alert"] == alert).unwrap_or_else(|| panic!("no {alert}")).clone()
}

/// YAML as JSON, which is YAML as well.
fn json(yaml: &Yaml) -> serde_json::Value {
    match yaml {
        Yaml::String(text) | Yaml::Real(text) => text.clone().into(),
        Yaml::Integer(number) => (*number).into(),
        Yaml::Boolean(is) => (*is).into(),
        Yaml::Array(all) => all.iter().map(json).collect(),
        Yaml::Hash(all) => {
            let entry =
                |(key, value): (&Yaml, &Yaml)| (key.as_str().unwrap().to_owned(), json(value));
            serde_json::Value::Object(all.iter().map(entry).collect())
        }
        other => panic!("{other:?}"),
    }
}
