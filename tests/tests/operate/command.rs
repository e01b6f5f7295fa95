//! The command, as its user runs it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::declared::{FACTS, catalog};

/// The result of a command: its exit code, and its output on both streams.
pub(super) struct Done {
    pub(super) code: u8,
    pub(super) out: String,
    pub(super) error: String,
}

pub(super) fn operate(arguments: &[&str]) -> Done {
    let (mut out, mut error) = (Vec::new(), Vec::new());
    let arguments = arguments.iter().map(OsString::from);
    let code = goldsignal::operate::run(&catalog(), arguments, &mut out, &mut error);
    let [out, error] = [out, error].map(|said| String::from_utf8(said).unwrap());
    Done { code, out, error }
}

/// A directory with facts in it.
struct Deploy(tempfile::TempDir);

impl Deploy {
    fn new(facts: &str) -> Self {
        let deploy = Self(tempfile::tempdir().unwrap());
        fs::write(deploy.path("facts.toml"), facts).unwrap();
        deploy
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn generated(&self) -> String {
        self.path("generated").to_str().unwrap().to_owned()
    }

    fn generate(&self) -> Done {
        operate(&["generate", "--out", &self.generated()])
    }
}

#[test]
fn what_is_generated_is_fresh_until_somebody_changes_it() {
    let deploy = Deploy::new(FACTS);
    let done = deploy.generate();
    assert_eq!((done.code, done.error.as_str()), (0, ""));
    assert_eq!(operate(&["check", &deploy.generated()]).code, 0);

    let rules = deploy.path("generated/prometheus/rules.yaml");
    let text = fs::read_to_string(&rules).unwrap();
    fs::write(&rules, text.replace("severity: page", "severity: ticket")).unwrap();
    let stale = operate(&["check", &deploy.generated()]);
    assert_eq!(stale.code, 1);
    assert!(
        stale.out.contains("-      severity: ticket\n+      severity: page\n"),
        "{}",
        stale.out
    );
    assert!(stale.error.contains("is stale"), "{}", stale.error);
    assert!(!stale.out.contains("What changed"), "the code is the same: {}", stale.out);
    deploy.generate();
    assert_eq!(fs::read_to_string(&rules).unwrap(), text);
}

#[test]
fn a_rename_is_summarised_before_the_diff() {
    let deploy = Deploy::new(FACTS);
    deploy.generate();
    let catalog = deploy.path("generated/catalog.json");
    let text = fs::read_to_string(&catalog).unwrap();
    // As if the code had been renamed since.
    fs::write(&catalog, text.replace("operate::declared::buy", "operate::declared::sell")).unwrap();
    let runbook = deploy.path("generated/runbooks/shop.md");
    let text = fs::read_to_string(&runbook).unwrap();
    fs::write(&runbook, text.replace("::buy", "::sell")).unwrap();
    let stale = operate(&["check", &deploy.generated()]);
    assert_eq!(stale.code, 1);
    let (summary, diff) = stale.out.split_once("\n\n---").unwrap();
    let renamed = "is gone; is it `operate::declared::buy` now?\n    alert Shop";
    assert!(summary.starts_with("What changed in the code:"), "{summary}");
    assert!(summary.contains(renamed), "{summary}");
    assert!(diff.contains("runbooks/shop.md") && !diff.contains("-  \"name\""), "{diff}");
}

#[test]
fn what_was_not_generated_is_not_overwritten() {
    let deploy = Deploy::new(FACTS);
    let rules = deploy.path("generated/prometheus/rules.yaml");
    fs::create_dir_all(rules.parent().unwrap()).unwrap();
    fs::write(&rules, "groups: []\n").unwrap();
    let done = deploy.generate();
    assert_eq!(done.code, 1);
    assert!(done.error.contains("prometheus/rules.yaml"), "{}", done.error);
    assert_eq!(fs::read_to_string(&rules).unwrap(), "groups: []\n");
    assert!(!deploy.path("generated/runbooks").exists());
}

#[test]
fn bad_facts_are_refused_by_key_and_line() {
    for (facts, says) in [
        (format!("{FACTS}urls = 'x'\n"), ["facts.toml:9: ", "unknown field `urls`"]),
        (FACTS.replace("\"retail\"", "\"Retail\""), ["3 | namespace = \"Retail\"", "RFC 1123"]),
        (
            format!("{FACTS}[prometheus]\nretention = '6d'\n"),
            [
                "facts.toml:10: `prometheus.retention`: 6d is shorter",
                "the 7d over which the objective `shop`",
            ],
        ),
        (FACTS.replace("team", "# team"), ["missing field `team`", "facts.toml"]),
    ] {
        let deploy = Deploy::new(&facts);
        let done = deploy.generate();
        assert_eq!(done.code, 1, "{facts}");
        for part in says {
            assert!(done.error.contains(part), "{part}: {}", done.error);
        }
        assert!(!Path::new(&deploy.generated()).exists());
    }
}

#[test]
fn the_catalog_can_be_read_and_compared() {
    let deploy = Deploy::new(FACTS);
    let json = operate(&["catalog", "--json"]).out;
    let told: serde_json::Value = serde_json::from_str(&json).unwrap();
    let operation = &told["operations"][0];
    assert_eq!(operation["name"], "operate::declared::buy");
    let location = operation["location"].as_str().unwrap();
    assert!(location.contains("tests/operate/declared.rs:"), "{location}");
    assert_eq!(operation["fields"][1]["sensitive"], true);
    assert_eq!(operation["faults"][1]["status"], 502);
    assert_eq!(told["families"][0]["unit"], "seconds");

    let old = deploy.path("old.json");
    fs::write(&old, &json).unwrap();
    assert_eq!(operate(&["diff", old.to_str().unwrap()]).code, 0);
    fs::write(&old, json.replace("POST /items", "POST /things")).unwrap();
    let done = operate(&["diff", old.to_str().unwrap()]);
    assert_eq!(done.code, 1);
    assert!(
        done.out.contains("route: POST /things/{id}/sale -> POST /items/{id}/sale\n    alert Shop"),
        "{}",
        done.out
    );
    fs::write(&old, "{}").unwrap();
    assert_eq!(operate(&["diff", old.to_str().unwrap()]).code, 2);
}

#[test]
fn an_alert_is_explained() {
    let done = operate(&["explain", "shoplatencyburnsfast"]);
    assert_eq!(done.code, 0);
    assert!(done.out.starts_with("## ShopLatencyBurnsFast\n"), "{}", done.out);
    let done = operate(&["explain", "ShopBurns"]);
    assert_eq!(done.code, 2);
    assert!(done.error.contains("ShopAvailabilityBurnsFast"), "{}", done.error);
}

#[test]
fn whoever_has_no_facts_is_told_the_least_of_them() {
    let deploy = Deploy::new(FACTS);
    fs::remove_file(deploy.path("facts.toml")).unwrap();
    let done = deploy.generate();
    assert_eq!(done.code, 1);
    let (_, least) = done.error.split_once("\n\n").unwrap();
    assert!(goldsignal::operate::Facts::parse(least).is_ok(), "{}", done.error);
}

/// Takes nothing, as a pipe does whose reader has gone.
struct Gone;

impl std::io::Write for Gone {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let mut error = Vec::new();
    let code = goldsignal::operate::run(&catalog(), ["catalog".into()], &mut Gone, &mut error);
    assert_eq!((code, error.as_slice()), (0, &b""[..]));
}

#[test]
fn wrong_arguments_are_told_with_the_help() {
    let done = operate(&["generat"]);
    assert_eq!(done.code, 2);
    assert!(done.error.contains("unknown command `generat`"), "{}", done.error);
    assert!(
        done.error.contains(" operate COMMAND") && done.error.contains("  check DIR"),
        "{}",
        done.error
    );
    assert!(operate(&[]).out.contains("  generate --out DIR"));
}
