//! The documentation matches the code: its links, messages, features, variables, metrics and
//! examples.

use std::collections::BTreeSet;
use std::fs::{self, read_to_string};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file with one of these endings below a folder of the repository.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut folders = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no file in {folder}");
    found
}

fn pages() -> Vec<PathBuf> {
    let mut pages = files("docs", &[".md"]);
    pages.push(root().join("README.md"));
    pages
}

fn page(path: &str) -> String {
    read_to_string(root().join(path)).unwrap()
}

/// The text between two marks, each time that they occur.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> Vec<&'a str> {
    let parts = text.split(begin).skip(1);
    parts.filter_map(|part| part.split_once(end)).map(|(found, _)| found).collect()
}

/// The sources of both crates, with strings that continue on the next line joined.
fn sources() -> String {
    let mut all = String::new();
    for file in files("runtime/src", &[".rs"]).into_iter().chain(files("macros/src", &[".rs"])) {
        let text = read_to_string(file).unwrap();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            if let Some(continued) = line.strip_suffix('\\') {
                all.push_str(continued);
                if let Some(next) = lines.peek_mut() {
                    *next = next.trim_start();
                }
            } else {
                all.push_str(line);
                all.push('\n');
            }
        }
    }
    all
}

/// The anchors of a page's headings, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let text = line.trim_start_matches('#').trim().to_lowercase();
            let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

#[test]
fn examples_of_every_page_are_compiled() {
    let compiled_pages = page("tests/src/pages.rs");
    for file in pages() {
        let path = file.strip_prefix(root()).unwrap().display().to_string();
        let compiled = compiled_pages.contains(&format!("include_str!(\"../../{path}\")"));
        let has_examples = read_to_string(&file).unwrap().contains("```rust");
        assert_eq!(compiled, has_examples, "{path} in tests/src/pages.rs");
    }
}

#[test]
fn links_lead_somewhere() {
    for page in pages() {
        let text = read_to_string(&page).unwrap();
        for link in between(&text, "](", ")") {
            if link.starts_with("http") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            assert!(target.exists(), "{}: {link}", page.display());
            if !anchor.is_empty() {
                let anchors = anchors(&read_to_string(&target).unwrap());
                assert!(anchors.contains(anchor), "{}: {link} of {anchors:?}", page.display());
            }
        }
    }
}

#[test]
fn the_index_has_every_page_of_the_guide() {
    let index = page("docs/guide/README.md");
    for page in files("docs/guide", &[".md"]) {
        let name = page.file_name().unwrap().to_string_lossy();
        assert!(name == "README.md" || index.contains(&format!("({name})")), "{name}");
    }
}

/// The messages that the page on troubleshooting quotes are those of the code.
#[test]
fn messages_are_those_of_the_code() {
    // Of the compiler and of axum.
    const FOREIGN: [&str; 3] = [
        "constant provided when a type was expected",
        "expected type, found module",
        "Overlapping method route",
    ];
    let page = page("docs/guide/troubleshooting.md");
    let sources = sources();
    let (mut checked, mut missing) = (0, Vec::new());
    let tables = page.split("\n## ").filter(|part| part.contains("\n| message |"));
    for row in tables.flat_map(str::lines).filter(|line| {
        line.starts_with('|') && !line.starts_with("| message |") && !line.starts_with("|-")
    }) {
        let first = row.split(" | ").next().unwrap().trim_start_matches("| ");
        // A message that has backticks itself is between two of them.
        let mark = if first.contains("``") { "``" } else { "`" };
        let quoted: Vec<_> = first.split(mark).skip(1).step_by(2).collect();
        assert!(!quoted.is_empty(), "no message in {row}");
        for message in quoted {
            let message = message.trim();
            // What a variable's message begins with is the variable.
            let message = message.strip_suffix(':').unwrap_or(message);
            if FOREIGN.contains(&message)
                || message.starts_with("routes!")
                || message.starts_with("goldsignal::")
            {
                continue;
            }
            checked += 1;
            if !sources.contains(message) {
                missing.push(message);
            }
        }
    }
    assert!(
        missing.is_empty(),
        "docs/guide/troubleshooting.md quotes what no message of the code says: {missing:#?}"
    );
    assert!(checked > 40, "{checked} messages");
}

#[test]
fn the_table_of_features_is_complete() {
    let manifest = page("runtime/Cargo.toml");
    let (_, features) = manifest.split_once("[features]\n").unwrap();
    let (features, _) = features.split_once("\n[").unwrap();
    let features = features.lines().filter(|line| !line.starts_with('#'));
    let features: Vec<_> = features.filter_map(|line| line.split_once(" = ")).collect();
    assert!(features.len() > 10);
    for table in ["docs/features.md", "runtime/src/lib.rs"] {
        let text = page(table);
        for (feature, _) in features.iter().filter(|(feature, _)| *feature != "default") {
            assert!(text.contains(&format!("| `{feature}`")), "`{feature}` is missing in {table}");
        }
    }
}

#[test]
fn every_variable_is_explained() {
    let table = page("docs/configuration.md");
    let names = |prefix: &str| -> BTreeSet<String> {
        let sources = sources();
        let rest = sources.split(prefix).skip(1);
        let ends = rest.map(|rest| {
            rest.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(rest.len())
        });
        let rest = sources.split(prefix).skip(1);
        rest.zip(ends).map(|(rest, end)| format!("{prefix}{}", &rest[..end])).collect()
    };
    let mut all = names("\"GOLDSIGNAL_");
    all.extend(names("\"OTEL_TRACES"));
    all.extend(names("\"OTEL_BSP_"));
    assert!(all.len() > 8, "{all:?}");
    for name in all {
        let name = name.trim_matches('"');
        assert!(table.contains(&format!("`{name}`")), "`{name}` is missing");
    }
}

#[test]
fn every_setting_of_the_builder_is_explained() {
    let table = page("docs/configuration.md");
    let files =
        ["builder", "serving", "spans"].map(|file| format!("runtime/src/telemetry/{file}.rs"));
    let sources: String = files.iter().map(|file| page(file).replace("const fn", "fn")).collect();
    let methods = between(&sources, "pub fn ", "(mut self");
    assert!(methods.len() > 8, "{methods:?}");
    for method in methods.into_iter().filter(|method| !method.contains('(')) {
        assert!(table.contains(&format!("| `{method}(")), "`{method}` is missing");
    }
}

#[test]
fn every_fact_is_explained() {
    let table = page("docs/configuration.md");
    let (_, table) = table.split_once("## Deployment facts").unwrap();
    let mut sources = page("runtime/src/operate/facts.rs");
    for file in ["expect", "grafana", "heaviest", "prometheus", "receivers", "saturation"] {
        sources += &page(&format!("runtime/src/operate/facts/{file}.rs"));
    }
    let fields = between(&sources, "\n    pub ", ":");
    let fields = fields.into_iter().filter(|field| !field.contains(' '));
    let keys: BTreeSet<_> = fields.map(|field| field.replace('_', "-")).collect();
    assert!(keys.len() > 20, "{keys:?}");
    for key in keys {
        let named = ["`{}`", "[{}]", ".{}]", "[{}."].map(|form| form.replace("{}", &key));
        assert!(named.iter().any(|form| table.contains(form)), "`{key}` is missing");
    }
}

#[test]
fn every_metric_is_explained() {
    let series = page("runtime/src/declare/series.rs");
    let (short, conventional) = series.split_once("pub mod otel {").unwrap();
    let table = page("docs/metrics.md");
    let names = |text| -> Vec<&str> {
        let names = between(text, " name: Name::", ")").into_iter();
        names.filter_map(|name| name.split('"').nth(1)).collect()
    };
    assert!(names(short).len() > 20 && names(conventional).len() > 3);
    let others: Vec<_> = files("runtime/src/declare/series", &[".rs"])
        .into_iter()
        .map(|file| read_to_string(file).unwrap())
        .collect();
    let others = others.iter().flat_map(|text| names(text));
    for name in names(short).into_iter().chain(names(conventional)).chain(others) {
        assert!(table.contains(&format!("`{name}`")), "`{name}` is missing");
    }
}

/// The documentation of a public module: of its file, or of its block in the file of its parent.
fn module_page(module: &str) -> String {
    let path = module.replace("::", "/");
    for file in [format!("runtime/src/{path}.rs"), format!("runtime/src/{path}/mod.rs")] {
        if root().join(&file).exists() {
            let text = page(&file);
            let lines = text.lines().take_while(|line| line.starts_with("//!"));
            return lines.collect::<Vec<_>>().join("\n");
        }
    }
    let (parent, name) = module.rsplit_once("::").unwrap();
    let text = page(&format!("runtime/src/{}.rs", parent.replace("::", "/")));
    let (before, _) = text.split_once(&format!("\npub mod {name} {{")).unwrap();
    let lines = before.lines().rev().take_while(|line| line.starts_with("///"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_public_module_has_an_example() {
    let listing = page("runtime/public-api.txt");
    let modules = listing.lines().filter_map(|line| line.strip_prefix("pub mod goldsignal::"));
    let modules: Vec<_> = modules.collect();
    assert!(modules.len() > 15, "{modules:?}");
    let bare: Vec<_> =
        modules.into_iter().filter(|module| !module_page(module).contains(" ```")).collect();
    assert!(bare.is_empty(), "modules without an example: {bare:?}");
}

#[test]
fn the_readme_is_for_a_newcomer() {
    let readme = page("README.md");
    let lines = readme.lines().count();
    assert!(lines <= 150, "README.md has {lines} lines: move details to docs/");
}
