//! The dependencies of a package, as Cargo has compiled them.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::Value;

/// The package whose cases need a goldsignal without features.
const WITHOUT_FEATURES: &str = "goldsignal-tests-core";

/// The arguments by which `rustc` finds them.
#[derive(Clone)]
pub(crate) struct Dependencies(Arc<[String]>);

impl Dependencies {
    /// # Panics
    /// When Cargo cannot compile them.
    pub(crate) fn of(package: &str) -> Self {
        // The same folder as that of this program: nothing is compiled twice.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_str().unwrap();
        let selection: &[&str] = if package == WITHOUT_FEATURES {
            &["build", "--lib", "--package", package]
        } else {
            // As this program was compiled.
            &["test", "--no-run", "--workspace", "--all-features", "--test", "ui"]
        };
        let built =
            cargo(&[selection, &["--target-dir", target, "--message-format=json"]].concat());
        let mut arguments = vec![format!("-Ldependency={target}/debug/deps")];
        for script in built.iter().filter(|message| message["reason"] == "build-script-executed") {
            let paths = script["linked_paths"].as_array().unwrap();
            arguments.extend(paths.iter().map(|path| format!("-L{}", path.as_str().unwrap())));
        }
        for (name, id) in direct(package) {
            arguments.push(format!("--extern={name}={}", library(&built, &id)));
        }
        Self(arguments.into())
    }

    pub(crate) fn arguments(&self) -> &[String] {
        &self.0
    }
}

/// The names by which the package knows its direct dependencies, and their ids.
fn direct(package: &str) -> Vec<(String, String)> {
    let metadata = &cargo(&["metadata", "--format-version=1"])[0];
    let packages = metadata["packages"].as_array().unwrap();
    let is_it = |candidate: &&Value| candidate["name"] == package && candidate["source"].is_null();
    let id = &packages.iter().find(is_it).unwrap_or_else(|| panic!("no package {package}"))["id"];
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let node = nodes.iter().find(|node| node["id"] == *id).unwrap();
    let dependencies = node["deps"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    dependencies.map(|dependency| (text(&dependency["name"]), text(&dependency["pkg"]))).collect()
}

/// The library of a package, among what Cargo says that it has built.
fn library(built: &[Value], id: &str) -> String {
    let is_library = |message: &&Value| {
        let kinds = message["target"]["kind"].as_array().into_iter().flatten();
        message["package_id"] == id
            && kinds.clone().all(|kind| kind != "custom-build" && kind != "bin")
    };
    let files: Vec<_> = built
        .iter()
        .filter(|message| message["reason"] == "compiler-artifact")
        .filter(is_library)
        .flat_map(|message| message["filenames"].as_array().unwrap())
        .map(|file| file.as_str().unwrap())
        .filter(|file| Path::new(file).extension().is_none_or(|kind| kind != "rmeta"))
        .collect();
    let [file] = files[..] else { panic!("{id} was not built exactly once: {files:?}") };
    file.to_owned()
}

/// The JSON that Cargo prints, line by line.
fn cargo(arguments: &[&str]) -> Vec<Value> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let output =
        cargo.args(arguments).arg("--quiet").stderr(Stdio::inherit()).output().expect("Cargo");
    assert!(output.status.success(), "cargo {} failed", arguments.join(" "));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
