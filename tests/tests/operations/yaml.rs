//! Python's `yaml` reads texts of the facts as they were given. It has the types of YAML 1.1, as the
//! parsers of Prometheus and Kubernetes have.

use std::fs;
use std::path::Path;
use std::process::Command;

use goldsignal::declare::catalog::Catalog;
use goldsignal::operate::{DnsLabel, Facts, generate};
use goldsignal_tests::require_programs;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

const CASES: usize = 160;

/// What YAML 1.1 reads as null, a boolean, a number, a date or a merge key.
const TYPED: [&str; 40] = [
    "~",
    "null",
    "Null",
    "yes",
    "Yes",
    "NO",
    "no",
    "on",
    "On",
    "off",
    "y",
    "N",
    "true",
    "False",
    "1",
    "-1",
    "+1",
    "017",
    "0o17",
    "0x1F",
    "0b11",
    "1_000",
    "1.5",
    ".5",
    "1.",
    "1e3",
    "1.0e+3",
    ".inf",
    "-.INF",
    ".NaN",
    "1:30",
    "190:20:30.15",
    "2024-02-29",
    "2024-2-9",
    "2024-02-29T12:30:45Z",
    "2024-02-29 12:30:45.1 +1:00",
    "=",
    "<<",
    "1.0.0",
    "0x",
];

/// Loads each case's YAML, and compares the team of all alerts and the labels of the monitor.
const COMPARE: &str = r#"
import json, sys, yaml

cases = json.load(open(sys.argv[1], encoding="utf-8"))
for case in cases:
    try:
        alerts = [
            rule["labels"]["team"]
            for group in yaml.safe_load(case["rules"])["groups"]
            for rule in group["rules"]
            if "alert" in rule
        ]
        labels = yaml.safe_load(case["monitor"])["metadata"]["labels"]
    except Exception as error:
        sys.exit(f"{case['text']!r}: {error}\n{case['monitor']}")
    if not alerts or any(team != case["text"] for team in alerts):
        sys.exit(f"{case['text']!r} is read as {alerts!r}")
    if labels.get("text") != case["text"] or labels.get(case["text"]) != "key":
        sys.exit(f"{case['text']!r} is read as {labels!r}")
print(len(cases))
"#;

/// Texts with types of their own, parts of them with other characters, and long texts.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        select(TYPED.as_slice()).prop_map(str::to_owned),
        "[-?:,\\[\\]{}#&*!|>'\"%@`\\\\]{1,3}",
        "[ \n\t\r]{1,2}",
        "[a-z]{1,30}",
        "\\PC",
    ];
    let parts = prop::collection::vec(part, 1..30).prop_map(|parts| parts.concat());
    prop_oneof![select(TYPED.as_slice()).prop_map(str::to_owned), parts]
}

#[test]
#[ignore = "needs PyYAML: run tests/run operations"]
fn texts_of_facts_are_read_as_they_were_given() {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/python");
    let python = python.to_str().unwrap();
    require_programs(&[python]);
    let mut runner = TestRunner::deterministic();
    let random = std::iter::from_fn(|| Some(text().new_tree(&mut runner).unwrap().current()));
    let texts = TYPED.iter().map(|text| (*text).to_owned()).chain(random).take(CASES);
    let cases: Vec<_> = texts.map(|text| case(&text)).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.json");
    fs::write(&file, serde_json::to_vec(&cases).unwrap()).unwrap();
    let output = Command::new(python).args(["-c", COMPARE]).arg(file).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{said}");
    assert_eq!(said.trim(), CASES.to_string());
}

/// The generated files of a service whose facts have `text` as a team, a label and a key.
fn case(text: &str) -> serde_json::Value {
    let name = DnsLabel::try_from("a").unwrap();
    let mut facts = Facts::new(name.clone(), name, text);
    let labels = [("text", text), (text, "key")];
    facts.prometheus.labels = labels.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    let files = generate(&Catalog::linked(), &facts).unwrap();
    let file = |path| files.iter().find(|file| file.path == path).unwrap().text.clone();
    serde_json::json!({
        "text": text,
        "rules": file("prometheus/rules.yaml"),
        "monitor": file("kubernetes/pod-monitor.yaml"),
    })
}
